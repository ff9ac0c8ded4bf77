import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecideInput, DecideResult, RecoveryInput, RecoveryResult } from '../contract/recovery.ts';
import type { Event, EventBody } from '../core/event.ts';
import { admit, type Signed } from '../core/run/admit.ts';
import { happen } from '../core/run/advance.ts';
import { due, tick } from '../core/run/due.ts';
import { begin, restore, snapshotOf, type State } from '../core/run/state.ts';
import type { Tools } from '../core/run/tools.ts';
import { viewOf } from '../core/run/view-of.ts';
import { Alarm } from './alarm.ts';
import { demandStarter } from './demand-starter.ts';
import { EventsLog } from './events-log.ts';
import { Keeping } from './keeping.ts';
import { decide, events, roster, silent, view } from './messages.ts';
import { Observers } from './observe.ts';
import { Patience } from './patience.ts';
import { demandSignature, readDecision } from './read-decision.ts';

const tools: Tools = { sha256: (text) => `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}` };

/** Below the 10,240 events at which the server begins to warn, with room for the ends of 500 tries. */
const continueAfterEvents = 8_000;
/** And of the 50 MB at which it ends a run: two thousand steps may hand on 16 KB each. */
const continueAfterBytes = 8 * 1024 * 1024;
const momentMs = 1_000;

interface Waiting {
  readonly signed: Signed;
  readonly answer: (result: DecideResult) => void;
}

/** One run of a plan: handlers only queue, one loop folds what happened and starts what is due. */
export async function recovery(input: RecoveryInput): Promise<RecoveryResult> {
  demandStarter(input);
  const s = stateOf(input);
  const log = new EventsLog(input.carried?.unsaved ?? []);
  const inbox: EventBody[] = [];
  const decisions: Waiting[] = [];
  let rang = false;

  const patience = new Patience(input.hostSilentAfter);
  const observers = new Observers((body) => inbox.push(body), patience);
  const keeping = new Keeping(input, (body) => inbox.push(body), patience);
  const alarm = new Alarm(() => (rang = true));

  setHandler(view, (now) => viewOf(s, now));
  setHandler(roster, () => input.roster ?? null);
  setHandler(events, (after, limit) => log.page(after, limit, input.carried?.previous));
  const read = (sent: DecideInput) =>
    readDecision(sent, { namespace: workflowInfo().namespace, run: input.run, now: Date.now() });
  setHandler(decide, (sent) => queue(read(sent), decisions), {
    validator: (sent) => {
      const signed = read(sent);
      if (input.roster) demandSignature(signed, sent, input.roster);
    },
  });

  setHandler(silent, ({ try: id, since }) => {
    // Observers that follow each other tell the same: once is enough.
    if (s.open[id] && s.open[id].silentSince !== since)
      inbox.push({ type: 'silent', try: id, ...(since !== undefined && { since }) });
  });

  const fold = (bodies: readonly EventBody[]) => log.add(happen(s, Date.now(), bodies, tools));
  /** A decision that came while something was saved must not wait for ever for its answer. */
  const answerAll = async () => {
    do {
      drain(s, fold, inbox, decisions, false);
      await condition(() => decisions.length > 0 || allHandlersFinished());
    } while (!allHandlersFinished());
  };
  fold([firstEvent(input)]);

  for (;;) {
    if (s.end === undefined && isLong(input)) {
      // What ends within a moment need not be observed twice; and where a hundred end while the events are packed,
      // the server fails the workflow task to get rid of its buffer, and all is replayed.
      await condition(() => observers.none || decisions.length > 0, momentMs);
      drain(s, fold, inbox, decisions, false);
      await keeping.save(s, log);
      await answerAll();
      await continueAsNew<typeof recovery>(successor(input, s, log));
    }
    const work = due(s);
    if (!s.host) keeping.bind(s);
    else {
      if (work.claim) keeping.claim(s, work.claim);
      for (const placement of work.placements) keeping.place(s, placement);
      for (const id of work.tries) observers.watch(s, id);
      for (const id of work.stops) observers.stop(s, id);
      if (work.notices.length > 0) keeping.tell(s.host, work.notices);
    }
    alarm.wakeAt(work.wakeAt);
    if (s.end !== undefined && work.notices.length === 0) break;
    await condition(() => inbox.length > 0 || decisions.length > 0 || rang);
    drain(s, fold, inbox, decisions, rang);
    rang = false;
  }
  while (log.unsaved.length > 0) {
    await keeping.save(s, log);
    await answerAll();
  }
  return { run: s.run, status: s.status };
}

function isLong({ continueAfter = continueAfterEvents }: RecoveryInput): boolean {
  // The server takes 2,000 Updates for a Temporal run, and suggests it before that.
  const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
  return historyLength >= continueAfter || historySize >= continueAfterBytes || continueAsNewSuggested;
}

function stateOf(input: RecoveryInput): State {
  if (input.carried) return restore(input.plan, input.carried.snapshot, input.roster);
  const { parent } = input;
  const partOf = parent && { run: parent.run, path: parent.path };
  return begin({ ...input, ...(partOf && { partOf }), at: Date.now() });
}

function firstEvent(input: RecoveryInput): EventBody {
  if (input.carried) return { type: 'continued', temporalRun: workflowInfo().runId };
  const { by, channel, reason, host, signed } = input;
  return { type: 'began', by, channel, reason, ...(host && { host }), ...(signed && { key: signed.keyId }) };
}

/** Folds all that came in, in the order of its coming, decisions last; each decision is answered. */
function drain(
  s: State,
  fold: (bodies: readonly EventBody[]) => void,
  inbox: EventBody[],
  decisions: Waiting[],
  rang: boolean,
): void {
  if (rang) tick(s);
  const came = inbox.splice(0);
  if (rang || came.length > 0) fold(rang ? [{ type: 'tick' }, ...came] : came);
  for (const { signed, answer } of decisions.splice(0)) {
    const { decision } = signed;
    // The timer of an opening rings late at times: a vote must not slip in behind the end of it.
    tick(s);
    fold([{ type: 'tick' }]);
    const bodies = admit(s, signed, tools);
    fold(bodies);
    const voted = bodies.find((body) => body.type === 'voted');
    answer({
      verdict: s.decided[decision.id] ?? 'not-possible',
      ...(voted?.type === 'voted' && voted.why !== undefined && { why: voted.why }),
    });
  }
}

function queue(signed: Signed, decisions: Waiting[]): Promise<DecideResult> {
  return new Promise((answer) => decisions.push({ signed, answer }));
}

function successor(input: RecoveryInput, s: State, log: EventsLog): RecoveryInput {
  const unsaved: readonly Event[] = log.unsaved;
  return { ...input, carried: { snapshot: snapshotOf(s), unsaved, previous: workflowInfo().runId } };
}
