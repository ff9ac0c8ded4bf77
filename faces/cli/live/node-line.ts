import { formatDuration } from '../../../core/units.ts';
import type { BudgetView, NodeView } from '../../../core/view.ts';
import { askTitle } from '../asks.ts';
import { begunWords } from './begun-words.ts';
import { fit, type Piece, piece } from './line.ts';
import { progressWords, remainingWords } from './progress-words.ts';
import type { Scene } from './scene.ts';
import { inHue, nodeWord, sinceWords, standingWord } from './words.ts';

const indent = '  ';

/** One line for a system, a gate or one of the run's own nodes: how it stands, in words, and what matters then. */
export function nodeLine(node: NodeView, scene: Scene, nameColumn: number): string {
  const shown = isAsking(node, scene) ? { ...node, status: 'asks' as const } : node;
  const word = nodeWord(shown);
  const pieces = [
    ...piece(word.text, 0, { column: 8, paint: inHue(scene.paint, word.hue) }),
    ...piece(node.id, 0, { column: nameColumn }),
    ...details(shown, scene),
  ];
  return indent + fit(pieces, scene.columns - indent.length);
}

/** Nothing of it runs: it waits for the answer to an open ask. */
const isAsking = (node: NodeView, { view }: Scene): boolean =>
  node.status === 'running' &&
  view.asks.some((ask) => ask.about.node === node.id && (!node.step || node.step.try === ask.try));

function details(node: NodeView, scene: Scene): Piece[] {
  switch (node.status) {
    case 'passed':
      return passed(node, scene);
    case 'running':
      return running(node, scene);
    case 'asks':
      return asking(node, scene);
    case 'waits':
      return waiting(node);
    case 'shut':
      return piece(node.why ?? 'stays shut; it can be asked again');
    case 'left-out':
    case 'blocked':
    case 'failed':
      return piece(node.why);
  }
}

function passed(node: NodeView, scene: Scene): Piece[] {
  if (node.kind === 'gate') return piece(node.endedAt && `since ${scene.clock.minute(node.endedAt)}`);
  const point = node.recoveredUpTo && `up to ${scene.clock.second(node.recoveredUpTo)}`;
  const [check] = node.checks;
  return [
    ...piece(node.unverified ? 'UNVERIFIED' : '', 0, { paint: scene.paint.yellow }),
    ...piece(node.degraded ? `DEGRADED ${node.why ?? ''}`.trim() : '', 0, { paint: scene.paint.yellow }),
    ...piece([point, lossWords(node)].filter(Boolean).join(', '), 1, { column: 34 }),
    ...budget(node.rto, scene, 2),
    ...piece(newestWords(node), 5),
    ...piece(check && `${check.name}: ${check.found}`, 4),
    ...piece(node.verifiedAt && `verified ${formatDuration(scene.view.now - node.verifiedAt)} ago`, 3),
  ];
}

/** `9s lost (RPO 1m)`; nothing where no data was restored. */
export function lossWords(node: NodeView): string {
  if (!node.loss) return '';
  const { amount, objective, accepted } = node.loss;
  const over = objective !== undefined && amount > objective ? (accepted ? ', accepted' : ', TOO MUCH') : '';
  return `${formatDuration(amount)} lost${objective === undefined ? '' : ` (RPO ${formatDuration(objective)}${over})`}`;
}

/** `newest record 40m before`: measured in the data, apart from what the tool proves; where nothing was written it is old. */
export function newestWords(node: NodeView): string {
  const { newestAge, objective } = node.loss ?? {};
  if (newestAge === undefined) return '';
  const old = objective !== undefined && newestAge > objective;
  return `newest record ${formatDuration(newestAge)} before${old ? ', longer than the RPO' : ''}`;
}

function running(node: NodeView, scene: Scene): Piece[] {
  if (!node.step) return piece('between two steps');
  const elapsed = Math.max(0, scene.view.now - node.step.since);
  const progress = scene.progress[node.step.try];
  const [first = '', ...more] = progressWords(progress, elapsed);
  return [
    ...piece(`${node.step.title}${first === '' ? '' : `  ${first}`}`),
    ...more.flatMap((words) => piece(words, 4)),
    ...budget(node.rto, scene, 2),
    ...piece(remainingWords(node.step, progress, elapsed), 3),
  ];
}

function asking(node: NodeView, scene: Scene): Piece[] {
  const ask = scene.view.asks.find((open) => open.about.node === node.id);
  return [
    ...piece(ask ? askTitle(ask) : 'waits for an answer'),
    ...piece(ask && begunWords(ask, scene.view.now), 1),
    ...budget(node.rto, scene, 2),
  ];
}

function waiting(node: NodeView): Piece[] {
  const names = node.waitsFor.slice(0, 3).join(', ');
  const more = node.waitsFor.length > 3 ? ` and ${node.waitsFor.length - 3} more` : '';
  const onlyWanted = node.waitsFor.length > 0 && node.waitsFor.length === node.wants?.length;
  return [
    ...piece(names === '' ? 'next' : `for ${names}${more}`),
    ...piece(onlyWanted ? '(wanted; without it: degraded)' : '', 2),
    ...piece(node.noReturn ? 'after this only failback' : '', 1),
  ];
}

/** `16m of RTO 20m`, with the standing in words where it is not well; where it is missed, also from when it is counted. */
function budget(of: BudgetView | undefined, { view }: Scene, drop: number): Piece[] {
  if (!of) return [];
  const { objective, standing, used } = of;
  const against = `${formatDuration(used)} of RTO ${formatDuration(objective)}`;
  if (standing !== 'at-risk' && standing !== 'missed') return piece(against, drop);
  return [
    ...piece(`${against}  ${standingWord[standing].text}`),
    ...piece(standing === 'missed' ? `counted ${sinceWords(view)}` : '', 3),
  ];
}
