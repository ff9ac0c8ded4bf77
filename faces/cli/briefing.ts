import { formatDuration, type Instant } from '../../core/units.ts';
import type { NodeView, RunView } from '../../core/view.ts';
import { askName, askTitle, shutNodes } from './asks.ts';
import { beganWords } from './live/began-words.ts';
import { begunWords } from './live/begun-words.ts';
import { leftWords } from './live/header.ts';
import { plainWords } from './live/readable.ts';
import { waitingWords } from './live/waiting-words.ts';

/** How a face writes moments, and text from data. */
export interface Hand {
  readonly moment: (at: Instant) => string;
  readonly text: (data: string) => string;
}

const mostListed = 10;
const lastNotes = 5;

/** What somebody must know first who takes the command: the time left, what is to be decided, what runs, what was noted last. */
export function briefing(view: RunView, { moment, text }: Hand): string[] {
  const asked = view.asks.map((ask) =>
    [
      `${text(askName(ask, view.asks))}: ${text(askTitle(ask))}`,
      waitingWords(ask, { now: view.now, moment, name: text }),
      begunWords(ask, view.now, text(ask.begun?.by ?? '')),
      ...ask.votes.map(({ by, choice }) => `${text(by)}: ${text(choice)}`),
    ].filter((words) => words !== ''),
  );
  const shut = shutNodes(view).map(({ id }) => [`${text(id)} is shut; it can be asked again`]);
  const running = [...view.inner, ...view.nodes].filter(({ status, step }) => status === 'running' && step);
  const noted = [...view.notes, ...view.deviations].toSorted((a, b) => a.at - b.at).slice(-lastNotes);
  const began = beganWords(view, text);
  return [
    ...(began === '' ? [] : [began]),
    ...list('Time left', timeLeft(view, text)),
    ...list(
      'To be decided',
      [...asked, ...shut].map((words) => words.join('; ')),
    ),
    ...list(
      'At work',
      running.map((node) => stepWords(node, view.now, text)),
    ),
    ...list(
      'Noted last',
      noted.map(({ at, by, text: words }) => `${moment(at)} ${text(by)}: ${text(plainWords(words))}`),
    ),
  ];
}

function timeLeft({ functions, nodes, mode }: RunView, text: Hand['text']): string[] {
  const open = ({ status }: NodeView) => status !== 'passed';
  return (functions.length > 0 ? functions : nodes)
    .filter((node) => open(node) && (node.rto ?? node.mtpd))
    .map(({ id, rto, mtpd }) =>
      [rto && leftWords('RTO', rto, mode), mtpd && leftWords('MTPD', mtpd, mode)]
        .filter((words) => words !== undefined)
        .reduce((line, words, at) => `${line}${at === 0 ? ' ' : '; '}${words}`, `${text(id)}:`),
    );
}

const stepWords = ({ id, step }: NodeView, now: Instant, text: Hand['text']): string =>
  `${text(id)}: ${text(step!.title)}, ${formatDuration(Math.max(0, now - step!.since))} of ${formatDuration(step!.takes)}`;

function list(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [`${title}: nothing`];
  const more = items.length > mostListed ? [`  and ${items.length - mostListed} more`] : [];
  return [`${title}:`, ...items.slice(0, mostListed).map((item) => `  ${item}`), ...more];
}
