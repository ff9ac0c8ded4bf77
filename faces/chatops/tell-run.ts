import { answersText } from '../../core/ask.ts';
import type { Runs } from '../../client/runs.ts';
import type { Event, Outcome } from '../../core/event.ts';
import type { Roster } from '../../core/roster.ts';
import type { AskView, RunView } from '../../core/view.ts';
import { askName, askTitle } from '../cli/asks.ts';
import { hasEnded } from '../cli/live/words.ts';
import type { Order } from './desk.ts';
import type { Marks, RunMark } from './marks.ts';
import type { Poster } from './poster.ts';
import { askCard, closedCard } from './slack/ask-card.ts';
import { section } from './slack/message.ts';
import { cut, data, roomy } from './slack/mrkdwn.ts';
import { briefed, runCard } from './slack/run-card.ts';
import { type Told, toldLine } from './told-lines.ts';

/** What is needed to tell one run as it stands. */
export interface Telling {
  readonly view: RunView;
  readonly runs: Runs;
  readonly marks: Marks;
  readonly poster: Poster;
  readonly roster: Roster;
  readonly onTheWay: (ask: string) => readonly Order[];
  /** It was terminated: nothing more will happen in it. */
  readonly gone: boolean;
}

const page = 200;
/** Brings the channel up to what a run is: its message, the message of each ask, the thread of its events. */
export async function tellRun(telling: Telling): Promise<void> {
  const { view, marks, gone } = telling;
  const mark = marks.run(view.run);
  const thread = await tellRunCard(telling, mark);
  for (const ask of view.asks) await tellAsk(telling, mark, ask);
  await tellEvents(telling, mark, thread);
  for (const [ask, card] of Object.entries(mark.cards)) {
    const over = gone || (hasEnded(view) && mark.seen >= view.lastEvent);
    const outcome = card.outcome ?? (over ? 'CLOSED' : undefined);
    if (outcome === undefined) continue;
    await telling.poster.edit(card.ts, closedCard({ ...card, outcome }));
    delete mark.cards[ask];
    await marks.save();
  }
  if (!gone && !(hasEnded(view) && mark.seen >= view.lastEvent)) return;
  if (gone) {
    const blocks = [
      section('The run was terminated from outside. Nothing more is known of it; what it started may go on.'),
    ];
    await telling.poster.post({
      id: `${view.run} gone`,
      thread,
      broadcast: true,
      message: { text: 'Terminated', blocks },
    });
  }
  mark.done = Date.now();
  await marks.save();
}

async function tellRunCard({ view, marks, poster }: Telling, mark: RunMark): Promise<string> {
  const message = runCard(view);
  if (mark.thread === undefined) {
    mark.thread = (await poster.post({ id: `${view.run} run`, message })).ts;
    mark.key = message.key;
    await marks.save();
  } else if (mark.key !== message.key) {
    await poster.edit(mark.thread, message);
    mark.key = message.key;
    await marks.save();
  }
  return mark.thread;
}

async function tellAsk(telling: Telling, mark: RunMark, ask: AskView): Promise<void> {
  const { view, marks, poster, roster } = telling;
  const message = askCard({ view, ask, onTheWay: telling.onTheWay(ask.try), roster });
  const card = mark.cards[ask.try];
  if (!card) {
    const { ts } = await poster.post({ id: `${view.run} ask ${ask.try}`, message });
    const title = `${view.runbook.name}  ${askName(ask, view.asks)}: ${askTitle(ask)}`;
    mark.cards[ask.try] = { ts, key: message.key, title, votes: [] };
  } else if (card.key !== message.key) {
    await poster.edit(card.ts, message);
    card.key = message.key;
  } else return;
  await marks.save();
}

/** Tells the events that were not told yet, as many in one message as fit. */
async function tellEvents(
  { view, runs, marks, poster, roster }: Telling,
  mark: RunMark,
  thread: string,
): Promise<void> {
  while (mark.seen < view.lastEvent) {
    // What came after the view is told with the next one, which knows the asks that it is about.
    const read = await runs.events(view.run, mark.seen, page);
    const events = read.filter(({ seq }) => seq <= view.lastEvent);
    if (events.length === 0) return;
    const lines = events.flatMap((event) => toldLine(event, view.mode, roster) ?? []);
    const told = thoseThatFit(lines);
    let upTo = told.length < lines.length ? told.at(-1)!.seq : events.at(-1)!.seq;
    if (told.length > 0) {
      const text = cut(told.map((line) => line.text).join('\n'), roomy);
      const message = { text, blocks: [section(text)] };
      const broadcast = told.some(({ urgent }) => urgent);
      const id = `${view.run} events ${mark.seen}`;
      ({ upTo } = await poster.post({ id, thread, broadcast, upTo, message }));
    }
    for (const event of events) if (event.seq <= upTo) noteCard(mark, event);
    if (events.some((event) => event.seq <= upTo && offersCommand(event)) && view.offered)
      await tellOffer({ view, poster }, view.offered, thread);
    mark.seen = upTo;
    await marks.save();
  }
}

function thoseThatFit(lines: readonly Told[]): readonly Told[] {
  let length = 0;
  const end = lines.findIndex(({ text }) => (length += text.length + 1) > roomy);
  return end < 0 ? lines : lines.slice(0, Math.max(1, end));
}

const offersCommand = (event: Event): boolean =>
  event.type === 'changed' && event.change.on === 'record' && 'commander' in event.change.set;

/** Who is offered the command sees what waits before taking it. */
async function tellOffer(
  { view, poster }: Pick<Telling, 'view' | 'poster'>,
  { to, by, at }: NonNullable<RunView['offered']>,
  thread: string,
): Promise<void> {
  const text = `${data(by)} offers the command to ${data(to)}: \`/muster accept ${data(view.run)}\``;
  const blocks = [section(text), section(briefed(view))];
  await poster.post({ id: `${view.run} offered ${at}`, thread, broadcast: true, message: { text, blocks } });
}

/** Keeps what an ask's message will say once it is closed. */
function noteCard(mark: RunMark, event: Event): void {
  if (event.type === 'voted' && event.verdict === 'counted' && 'ask' in event.decision) {
    const { ask, choice, by, channel, reason, answers } = event.decision;
    const answered = Object.keys(answers).length > 0 ? `, ${answersText(answers)}` : '';
    mark.cards[ask]?.votes.push(
      `${choice} by ${by} (${channel})${answered}${reason === '' ? '' : `: ${reason}`}`,
    );
  }
  const card = event.type === 'ended' ? mark.cards[event.try] : undefined;
  if (card && event.type === 'ended') card.outcome = outcomeWords[event.outcome];
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'DECIDED',
  failed: 'COULD NOT BE DONE',
  unknown: 'UNKNOWN',
  stopped: 'STOPPED',
  rejected: 'REJECTED',
  expired: 'RUN OUT OF TIME',
  'left-out': 'LEFT OUT',
  void: 'NO LONGER HOLDS: what it rested on has changed',
  moot: 'SETTLED BY ITSELF',
};
