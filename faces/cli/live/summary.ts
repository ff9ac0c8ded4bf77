import { formatDuration } from '../../../core/units.ts';
import type { NodeView, RunView } from '../../../core/view.ts';
import { banner } from './banner.ts';
import { timePieces } from './footer.ts';
import { fit, oneLine, type Piece, piece } from './line.ts';
import { lossWords, newestWords } from './node-line.ts';
import { plainWords } from './readable.ts';
import type { Scene } from './scene.ts';
import { typed } from '../typed.ts';
import { wrap } from './width.ts';
import { inHue, nodeWord, runWord, sinceWords } from './words.ts';

/** What a run came to: the outcome, time and data against the objectives, what is not as planned, where everything is. */
export function summary(scene: Scene): string[] {
  const { view, columns, paint } = scene;
  const outcome = runWord[view.status];
  const words = [outcome.text, view.runbook.name, `${view.from} > ${view.to}`];
  return [
    banner(view.mode, words, columns, paint),
    ...wrap(outcomeWords(view), columns).map(inHue(paint, outcome.hue)),
    ...[...view.functions, ...view.nodes].map((node) => resultLine(node, scene)),
    ...newestLines(view),
    ...timeLines(scene),
    ...deviationLines(scene),
    ...placeLines(view),
    ...leftLines(view),
  ];
}

/** One sentence: what became of it, with every flaw. A rehearsal is never said to have met an RTO. */
export function outcomeWords(view: RunView): string {
  const flaws = [
    view.late ? 'late' : '',
    view.degraded ? 'degraded' : '',
    view.unverified ? 'unverified' : '',
    view.lostTooMuch ? 'with more loss than allowed' : '',
  ].filter((flaw) => flaw !== '');
  const suffix = flaws.length > 0 ? `, but ${flaws.join(', ')}` : '';
  if (view.mode !== 'rehearsal') return `The run is ${runWord[view.status].text.toLowerCase()}${suffix}.`;
  const { machines, plannedDecisions } = view.time;
  const verdict =
    view.status === 'recovered'
      ? 'The rehearsal recovered'
      : `The rehearsal is ${runWord[view.status].text.toLowerCase()}`;
  const decisions = `machines ${formatDuration(machines)}, with planned decisions ${formatDuration(machines + plannedDecisions)}`;
  return `${verdict}${suffix}: ${decisions}.`;
}

function resultLine(node: NodeView, { view, columns, paint }: Scene): string {
  const word = nodeWord(node);
  return `  ${fit(
    [
      ...piece(node.id, 0, { column: 16 }),
      ...piece(word.text, 0, { column: 8, paint: inHue(paint, word.hue) }),
      ...(node.rolledBack ? [] : provedPieces(node, view, paint)),
      ...piece(node.status === 'passed' && !node.degraded ? '' : node.why, 1),
    ],
    columns - 2,
  )}`;
}

/** The figures of what was recovered; of what was undone again they would say what is not so any more. */
function provedPieces(node: NodeView, view: RunView, paint: Scene['paint']): Piece[] {
  const flaws = [node.degraded ? 'DEGRADED' : '', node.unverified ? 'UNVERIFIED' : '']
    .filter(Boolean)
    .join(' ');
  return [
    ...piece(rtaWords(node, view)),
    ...piece(lossWords(node)),
    ...piece(flaws, 0, { paint: paint.yellow }),
    ...piece(node.checks.map((check) => `${check.name}: ${check.found}`).join(', '), 2),
  ];
}

/** `RTA 13m 02s of RTO 30m`; in a rehearsal the time it took, without a verdict. */
function rtaWords(node: NodeView, view: RunView): string {
  if (!node.rto) return '';
  const { used, objective, standing } = node.rto;
  if (view.mode === 'rehearsal') return `took ${formatDuration(used)} (RTO ${formatDuration(objective)})`;
  const word = standing === 'missed' ? ', MISSED' : standing === 'met' ? ', met' : '';
  const name = node.status === 'passed' ? 'RTA' : 'used';
  return `${name} ${formatDuration(used)} of RTO ${formatDuration(objective)}${word}`;
}

/** Measured apart from the loss: only people know whether something should have been written meanwhile. */
function newestLines({ nodes }: RunView): string[] {
  const lines = nodes
    .filter(({ rolledBack }) => !rolledBack)
    .flatMap((node) => (newestWords(node) === '' ? [] : [`  ${node.id}: ${newestWords(node)}`]));
  return lines.length > 0 ? ['In the data, before writing stopped:', ...lines] : [];
}

function timeLines({ view, columns }: Scene): string[] {
  const { beforeStart, machines, people, neither } = view.time;
  const whole = formatDuration(beforeStart + machines + people + neither);
  return [`${whole} ${sinceWords(view)}:`, `  ${fit(timePieces(view), columns - 2)}`];
}

function deviationLines({ view, clock, columns }: Scene): string[] {
  const lines = view.deviations.flatMap(({ at, by, text, reason, finding }) =>
    wrap(
      `${clock.minute(at)} ${finding ? 'FINDING ' : ''}${by}: ${text} (${plainWords(reason)})`,
      columns - 2,
    ).map((line) => `  ${line}`),
  );
  return lines.length > 0 ? ['Not as planned:', ...lines] : [];
}

/** Whole paths, however long: they are there to be copied. */
function placeLines(view: RunView): string[] {
  if (view.mode === 'rehearsal' && view.cleanup?.state === 'clean') return [];
  const undone = view.inner.filter(({ kind }) => kind === 'rollback');
  const left = [...view.nodes.filter(({ rolledBack }) => !rolledBack), ...undone];
  const lines = left.flatMap((node) => node.made.map((made) => `  ${oneLine(`${node.id}: ${made}`)}`));
  return lines.length > 0 ? ['Where everything is:', ...lines, ...asideLines(view, left)] : [];
}

/** Old data takes room, and goes by no clock: whoever reads this knows how to have it gone, and when. */
function asideLines({ mode, run }: RunView, nodes: readonly NodeView[]): string[] {
  if (mode !== 'live' || !nodes.some(({ made }) => made.some((place) => setAside.test(place)))) return [];
  return ['What was replaced is kept there. When nobody needs it any more:', typed`  muster cleanup ${run}`];
}

const setAside = /[._](aside|undone)[-_][0-9a-f]{12}\b/;

function leftLines(view: RunView): string[] {
  const kept = view.inner.filter(({ kind, status }) => kind === 'rollback' && status === 'failed');
  return [...leftOf(kept, 'NOT ROLLED BACK:'), ...notCleaned(view)];
}

const leftOf = (nodes: readonly NodeView[], head: string): string[] =>
  nodes.length === 0
    ? []
    : [head, ...nodes.map((node) => `  ${oneLine(`${node.id}: ${node.why ?? node.status}`)}`)];

function notCleaned({ mode, cleanup }: RunView): string[] {
  if (cleanup?.state === 'incomplete')
    return ['Not cleaned up:', ...cleanup.left.map((left) => `  ${oneLine(left)}`)];
  if (cleanup?.state === 'kept') return ['Not cleaned up: it was decided to keep everything as it is.'];
  if (cleanup?.state !== 'clean') return [];
  return [
    mode === 'rehearsal'
      ? 'Cleaned up: nothing that bears the mark of the rehearsal is left.'
      : 'Cleaned up.',
  ];
}
