import type { ActionResult } from '../../actions/action.ts';
import { formatDuration } from '../../core/units.ts';
import type { NodeView, RunView } from '../../core/view.ts';

/** What a run came to, as data: its ending is what a step expects. */
export function resultOf(view: RunView): ActionResult {
  const ending = endingOf(view);
  const rtaSeconds = rtaOf(view);
  const lossSeconds = lossOf(view);
  const figures = {
    ...(rtaSeconds !== undefined && { rtaSeconds }),
    ...(lossSeconds !== undefined && { lossSeconds }),
  };
  const recoveredUpTo = Math.min(...view.nodes.map((node) => node.recoveredUpTo ?? Infinity));
  return {
    outputs: { run: view.run, ending, ...figures },
    findings: { ending, late: view.late, ...figures },
    ...(recoveredUpTo !== Infinity && { found: { recoveredUpTo } }),
    details: whyOf(view, ending),
  };
}

/** What a run is for: its functions, or its systems where it has none. */
const targetsOf = ({ functions, nodes }: RunView): readonly NodeView[] =>
  functions.length > 0 ? functions : nodes.filter(({ kind }) => kind === 'system');

/** All that it is for is there, and none of it was undone; what is left to do is to clean up. */
export const hasRecovered = (view: RunView): boolean =>
  targetsOf(view).every(({ status, rolledBack }) => status === 'passed' && !rolledBack) &&
  view.nodes.every(({ id, status }) => id === 'cleanup' || over.has(status));

const over: ReadonlySet<string> = new Set(['passed', 'left-out', 'blocked', 'failed']);

/** The worst that is true of it. Being late is no ending: a missed time objective informs, it fails nothing. */
function endingOf(view: RunView): string {
  const { status } = view;
  if (status !== 'recovered' && !(view.moments.end === undefined && hasRecovered(view))) return status;
  if (view.lostTooMuch) return 'lost-too-much';
  if (view.unverified) return 'unverified';
  return view.degraded ? 'degraded' : 'recovered';
}

/** From the start of its clock until the last of what it is for was there. */
function rtaOf(view: RunView): number | undefined {
  const ends = targetsOf(view).map(({ status, endedAt }) => (status === 'passed' ? endedAt : undefined));
  if (ends.length === 0 || ends.includes(undefined)) return undefined;
  const from = view.mode === 'live' ? view.moments[view.clock].at : view.moments.start;
  return Math.round((Math.max(...(ends as number[])) - from) / 1000);
}

function lossOf({ nodes }: RunView): number | undefined {
  const lost = nodes.flatMap(({ loss }) => (loss ? [loss.amount] : []));
  return lost.length > 0 ? Math.round(Math.max(...lost) / 1000) : undefined;
}

/** What of it is not as it should be, in the words of that run, and where to look. */
function whyOf(view: RunView, ending: string): string {
  const flawed = [...view.functions, ...view.nodes].flatMap((node) => flawOf(node) ?? []);
  const why = [...(view.endingWhy === undefined ? [] : [view.endingWhy]), ...flawed]
    .slice(0, most)
    .join('; ');
  return `The run ${view.run} is ${ending.replaceAll('-', ' ')}${why === '' ? '' : `: ${why}`}. Look at it: muster status ${view.run}`;
}

const most = 5;

function flawOf({ id, status, why, degraded, unverified, loss }: NodeView): string | undefined {
  if (status !== 'passed') return `${id} is ${status}${why === undefined ? '' : ` (${why})`}`;
  if (loss?.objective !== undefined && loss.amount > loss.objective)
    return `${id} lost ${formatDuration(loss.amount)} (RPO ${formatDuration(loss.objective)})`;
  if (unverified) return `${id} is unverified`;
  return degraded ? `${id} is degraded${why === undefined ? '' : ` (${why})`}` : undefined;
}
