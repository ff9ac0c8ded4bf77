import type { Progress } from '../../core/progress.ts';
import { formatDuration } from '../../core/units.ts';
import type { AskView, NodeView, RunView } from '../../core/view.ts';

/**
 * How another run is, the most urgent first: whom it waits for, what is left of its budget, how much is done. A live one is
 * called by its runbook's name, as people type it.
 * @param below what the run asks that this one waits for itself.
 */
export function howItIs(view: RunView, below?: Progress['asks']): Progress {
  const name = view.mode === 'live' ? view.runbook.name : view.run;
  const own = view.asks.length > 0 ? { run: name, what: view.asks.map(askWords).join(', ') } : undefined;
  const asks = own ?? below;
  const nodes = view.nodes.filter(({ id }) => id !== 'cleanup');
  const done = nodes.filter(({ status }) => status === 'passed').length;
  const left = tightest(view);
  const doing = [
    asks ? `waits for run ${asks.run}: ${asks.what}` : `run ${name}`,
    ...(view.waitsForClaim === undefined ? [] : [view.waitsForClaim]),
    ...(left === undefined ? [] : [`its RTO: ${leftWords(left)}`]),
    `${done} of ${nodes.length} done`,
  ].join(', ');
  return { doing, ...(asks && { asks }) };
}

function askWords({ ask, about: { node, path } }: AskView): string {
  if (ask.kind !== 'gate') return `${ask.kind} about ${node}`;
  // A gate is a node of its own, or a step just before the one that it guards.
  const step = path?.split('/').at(-1);
  return `gate ${step === undefined || step === 'decide' ? node : step} open`;
}

/** What is left of the budget that ends first, of those that are not kept yet. */
function tightest({ functions, nodes }: RunView): number | undefined {
  const of = (all: readonly NodeView[]) =>
    all.flatMap(({ rto }) => (rto && rto.standing !== 'met' ? [rto.left] : []));
  const left = of(functions).length > 0 ? of(functions) : of(nodes);
  return left.length > 0 ? Math.min(...left) : undefined;
}

const leftWords = (left: number): string =>
  left < 0 ? `over by ${formatDuration(-left)}` : `${formatDuration(left)} left`;
