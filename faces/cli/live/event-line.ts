import type { Change } from '../../../core/change.ts';
import type { Event, EventBody, Found, RunStatus } from '../../../core/event.ts';
import type { Mode } from '../../../core/names.ts';
import { askTitle } from '../asks.ts';
import type { Clock } from '../time.ts';
import { verdictWords } from '../verdict-words.ts';
import { oneLine } from './line.ts';
import { plainWords } from './readable.ts';
import { isNodeStatus, nodeWord, runWord, standingWord } from './words.ts';

/** One transition as one line, or nothing where people have nothing to learn from it. */
export function eventLine(event: Event, { clock, mode }: { clock: Clock; mode: Mode }): string | undefined {
  // A rehearsal meets no objective: nothing was lost, and decisions took no time.
  if (event.type === 'budget' && event.standing === 'met' && mode !== 'live') return undefined;
  const words = eventWords(event);
  return words === undefined ? undefined : `${clock.second(event.observedAt ?? event.at)}  ${oneLine(words)}`;
}

function eventWords(event: EventBody): string | undefined {
  switch (event.type) {
    case 'began':
      return `run      begun by ${event.by}: ${plainWords(event.reason)}`;
    case 'bound':
      return `bound    ${event.node} to ${event.host.name}`;
    case 'refused':
      return `waits    run: ${event.holder}`;
    case 'tried':
      return `running  ${shortPath(event.path)}${event.as === 'do' ? '' : ` (${event.as})`}`;
    case 'silent':
      return event.since === undefined
        ? `heard    ${ofTry(event.try)}: it writes again`
        : `SILENT   ${ofTry(event.try)}: it has written nothing since ${new Date(event.since).toISOString()}`;
    case 'unheard':
      return event.since === undefined
        ? `heard    ${event.node}: its worker host is there again`
        : `GONE     ${event.node}: ${event.why ?? 'no worker host takes it up'}, since ${new Date(event.since).toISOString()}`;
    case 'ended':
      // How a question was answered is told by the vote and by what it changed.
      return event.try.includes('?') ? undefined : endedWords(event);
    case 'asked':
      return `ASKS     ${event.about.path ? shortPath(event.about.path) : event.about.node}: ${askTitle(event)}`;
    case 'voted':
      // A change that was counted is told by the event that makes it.
      return 'propose' in event.decision && event.verdict === 'counted' ? undefined : votedWords(event);
    case 'changed':
      return `${changedWords(event.change)} by ${event.by}: ${plainWords(event.reason)}`;
    case 'became':
      return becameWords(event);
    case 'budget':
      return `${standingWord[event.standing].text.padEnd(8)} ${event.of}: ${event.objective.toUpperCase()}`;
    case 'reminded':
      return `OPEN     ${ofTry(event.try)}: nobody has answered yet`;
    case 'escalated':
      return `CALLS    ${event.to}: nobody has answered ${ofTry(event.try)}`;
    case 'told':
    case 'tick':
    case 'continued':
    case 'claimed':
    case 'released':
      return undefined;
  }
}

const shortPath = (path: string): string => {
  const [name, , phase, step] = path.split('/');
  return step === undefined ? path : `${name} ${phase} ${step}`;
};

/** A try's id without the number of its opening. */
const ofTry = (id: string): string => shortPath(id.replace(/(\?[^?#]*)?#\d+$/, ''));

const checkWords = (check: NonNullable<Found['checks']>[number]): string =>
  `${check.name}: expected ${check.expected}, found ${check.found}`;

function endedWords(event: Extract<EventBody, { type: 'ended' }>): string {
  const { found } = event;
  const failed = found?.checks?.filter((check) => !check.passed) ?? [];
  const words = [
    found?.recoveredUpTo === undefined ? '' : `up to ${new Date(found.recoveredUpTo).toISOString()}`,
    found?.newestRecord === undefined ? '' : `newest record ${new Date(found.newestRecord).toISOString()}`,
    event.auto ? 'a planned decision' : '',
    ...(found?.message === undefined ? failed.map(checkWords) : [found.message]),
  ].filter((part) => part !== '');
  const outcome =
    event.outcome === 'failed' || event.outcome === 'unknown' ? event.outcome.toUpperCase() : event.outcome;
  return `${outcome.padEnd(8)} ${ofTry(event.try)}${words.length > 0 ? `: ${words.join('; ')}` : ''}`;
}

function votedWords({ decision, verdict, why }: Extract<EventBody, { type: 'voted' }>): string {
  const what =
    'ask' in decision
      ? `${decision.choice} ${ofTry(decision.ask)}`
      : decision.propose.map(changeWords).join(', ');
  const then = verdict === 'counted' ? '' : `, not counted: ${why ?? verdictWords[verdict]}`;
  return `vote     ${what} by ${decision.by} (${decision.channel}): ${plainWords(decision.reason)}${then}`;
}

function changedWords(change: Change): string {
  if (change.on === 'record') {
    if ('commander' in change.set) return `COMMAND  handed to ${change.set.commander}`;
    if ('command' in change.set) return 'COMMAND  taken over';
  }
  return `changed  ${changeWords(change)}`;
}

const hostWords: Readonly<Record<string, string>> = {
  awaitHost: 'wait for the worker host of',
  abandon: 'give up what is under way of',
  rebind: 'give up the worker host of',
  anew: 'begin again',
};

/** `leaveOut` as people say it. */
const inWords = (set: string): string =>
  hostWords[set] ??
  (set === 'goOn' ? 'go on with' : set.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** A change in a few words. */
export function changeWords(change: Change): string {
  switch (change.on) {
    case 'run':
      return inWords(change.set);
    case 'node':
      return `${inWords(change.set)} ${change.node}${change.without === undefined ? '' : ` without ${change.without}`}`;
    case 'step':
      return `${change.set === 'breakGlass' ? 'break-glass' : change.set} ${shortPath(change.path)}`;
    case 'record':
      return recordWords(change.set);
  }
}

function recordWords(set: Extract<Change, { on: 'record' }>['set']): string {
  if ('note' in set) return `note "${plainWords(set.note)}"`;
  if ('commander' in set) return `hand the command to ${set.commander}`;
  if ('command' in set) return 'accept the command';
  if ('rollcall' in set) return 'roll call: who is there?';
  if ('present' in set) return 'present';
  return 'revoke' in set ? `the key ${set.revoke} revoked` : `moment ${set.moment}`;
}

function becameWords(event: Extract<EventBody, { type: 'became' }>): string {
  const { of, status } = event;
  const word =
    of !== 'run' && isNodeStatus(status)
      ? nodeWord({ kind: 'system', status }).text
      : runWord[status as RunStatus].text;
  const flaws = [event.degraded ? 'degraded' : '', event.unverified ? 'unverified' : ''].filter(Boolean);
  const why = event.why === undefined ? '' : `: ${event.why}`;
  return `${word.padEnd(8)} ${of}${flaws.length > 0 ? ` (${flaws.join(', ')})` : ''}${why}`;
}
