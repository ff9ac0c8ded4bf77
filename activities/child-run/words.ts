import { formatDuration } from '../../core/units.ts';
import type { AskView, NodeView, RunView } from '../../core/view.ts';

/**
 * How another run is, in a few words, the most urgent first: whom it waits for, what is left of its budget, how much is done.
 * A live one is known by its runbook's name, as people type it.
 */
export function howItIs(view: RunView): string {
  const name = view.mode === 'live' ? view.runbook.name : view.run;
  const asks = view.asks.map(askWords);
  const waiting = asks.length > 0 ? `waits for run ${name}: ${asks.join(', ')}` : `run ${name}`;
  const nodes = view.nodes.filter(({ id }) => id !== 'cleanup');
  const done = nodes.filter(({ status }) => status === 'passed').length;
  const left = tightest(view);
  return [
    waiting,
    ...(view.waitsForClaim === undefined ? [] : [view.waitsForClaim]),
    ...(left === undefined ? [] : [`its RTO: ${leftWords(left)}`]),
    `${done} of ${nodes.length} done`,
  ].join(', ');
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
