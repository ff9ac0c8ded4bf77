import type { Mode } from '../../../core/names.ts';
import { formatDuration } from '../../../core/units.ts';
import type { BudgetView, NodeView, RunView } from '../../../core/view.ts';
import { banner } from './banner.ts';
import { fit, type Piece, piece } from './line.ts';
import type { Scene } from './scene.ts';
import { inHue, runWord, standingWord } from './words.ts';

/** The first lines: is it real, which run, since when, and how much time is left. */
export function header(scene: Scene): string[] {
  const { view, columns, paint } = scene;
  const words = [view.runbook.name, incident(view), `${view.from} > ${view.to}`];
  return [
    banner(view.mode, words, columns, paint),
    moments(scene),
    ...(view.partOf ? [fit(piece(`part of ${view.partOf.run}: ${view.partOf.path}`), columns)] : []),
    ...view.functions.map((f) => functionLine(f, scene)),
  ];
}

/** The parameter that people know the run by. */
function incident(view: RunView): string {
  const { incident: given } = view.parameters;
  return given === undefined || given === null ? '' : String(given);
}

function moments(scene: Scene): string {
  const { view, clock, paint } = scene;
  const { start } = view.moments;
  const status = runWord[view.status];
  const tightest = tightestRto(view);
  return fit(
    [
      ...piece(status.text, 0, { paint: inHue(paint, status.hue) }),
      ...piece(view.heldBy ? `by ${view.heldBy}` : ''),
      ...(view.mode === 'live' ? incidentPieces(scene) : []),
      ...piece(`started ${clock.minute(start)}`, 4),
      ...piece(tightest && leftWords('RTO', tightest, view.mode), 0, { paint: paint.bold }),
    ],
    scene.columns,
  );
}

/** What is only assumed says so: it can be corrected. */
function incidentPieces({ view, clock }: Scene): Piece[] {
  const { disruption, detection, declaration } = view.moments;
  const words = (name: string, moment: typeof detection) =>
    moment && `${name} ${clock.minute(moment.at)}${moment.assumed ? ' (assumed)' : ''}`;
  return [
    ...piece(words('disrupted', disruption), 1),
    ...piece(words('detected', detection), 3),
    ...piece(words('declared', declaration), 2),
  ];
}

/** The RTO with the least time left, of the functions, or of the systems where there are none. */
function tightestRto(view: RunView): BudgetView | undefined {
  const of = (nodes: readonly NodeView[]) => nodes.flatMap((node) => (node.rto ? [node.rto] : []));
  const budgets = of(view.functions).length > 0 ? of(view.functions) : of(view.nodes);
  return budgets.toSorted((a, b) => Number(isSettled(a)) - Number(isSettled(b)) || a.left - b.left)[0];
}

const isSettled = (budget: BudgetView): boolean => budget.standing === 'met';

/** `RTO 30m: 13m 42s left`, `RTO 30m: over by 2m`, `RTO 30m: met in 28m 10s`; a rehearsal meets nothing. */
export function leftWords(name: string, budget: BudgetView, mode: Mode): string {
  const { objective, left, used, standing } = budget;
  const goal = `${name} ${formatDuration(objective)}`;
  if (standing === 'met') return `${goal}: ${mode === 'live' ? 'met in' : 'took'} ${formatDuration(used)}`;
  return left >= 0 ? `${goal}: ${formatDuration(left)} left` : `${goal}: over by ${formatDuration(0 - left)}`;
}

function functionLine(node: NodeView, scene: Scene): string {
  const { view, clock, paint, columns } = scene;
  const standing = node.rto && standingWord[node.rto.standing];
  const several = view.functions.length > 1;
  return fit(
    [
      ...piece(node.id, 0, { paint: paint.bold }),
      ...piece(
        endWord(node) ?? standing?.text ?? 'waits',
        0,
        standing ? { paint: inHue(paint, standing.hue) } : {},
      ),
      ...piece(
        (node.status !== 'passed' && node.expectedAt && `back about ${clock.minute(node.expectedAt)}`) || '',
        1,
      ),
      ...piece(several && node.rto ? leftWords('RTO', node.rto, view.mode) : '', 2),
      ...piece(node.mtpd && leftWords('MTPD', node.mtpd, view.mode), 3),
      ...piece(node.why, 4),
    ],
    columns,
  );
}

/** What became of the function, where that says more than its budget. */
function endWord(node: NodeView): string | undefined {
  if (node.status === 'left-out') return 'LEFT OUT';
  if (node.status === 'blocked') return 'BLOCKED';
  if (node.status === 'failed') return 'FAILED';
  if (node.status !== 'passed') return undefined;
  const flaws = [node.degraded ? 'DEGRADED' : '', node.unverified ? 'UNVERIFIED' : ''].filter(Boolean);
  return ['BACK', ...flaws, ...(node.rto?.standing === 'missed' ? ['LATE'] : [])].join(', ');
}
