import { condition, continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';

/** The systems that are left to do, each with those of them that it needs. */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** How many activities are under way at most. */
const window = 500;

/** The server warns at 10,240; what is under way at the turn adds up to 3 × `window`. */
const continueAfterEvents = 8_000;

const { noop } = proxyActivities<{ noop(input: { system: string }): Promise<unknown> }>({
  startToCloseTimeout: '1 minute',
});

/**
 * What somebody who knows Temporal writes where there is no Muster: every system as soon as what it needs
 * is done, many at a time, in a new run when the history gets long.
 */
export async function byHand(graph: Graph): Promise<void> {
  const missing = new Map(Object.entries(graph).map(([system, needs]) => [system, needs.length]));
  const dependents = dependentsOf(graph);
  const ready = Object.keys(graph).filter((system) => missing.get(system) === 0);
  let underWay = 0;
  let failure: unknown;

  const recover = async (system: string) => {
    await noop({ system });
    underWay -= 1;
    missing.delete(system);
    for (const dependent of dependents.get(system) ?? []) {
      const left = missing.get(dependent)! - 1;
      missing.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  };
  const isLong = () => workflowInfo().historyLength > continueAfterEvents;

  while (missing.size > 0 && !(isLong() && underWay === 0)) {
    for (; ready.length > 0 && underWay < window && !isLong(); underWay += 1) {
      recover(ready.shift()!).catch((error: unknown) => (failure = error));
    }
    const before = missing.size;
    await condition(() => missing.size < before || failure !== undefined);
    if (failure) throw failure;
  }
  if (missing.size > 0) await continueAsNew<typeof byHand>(rest(graph, missing));
}

function dependentsOf(graph: Graph): Map<string, string[]> {
  const dependents = new Map<string, string[]>(Object.keys(graph).map((system) => [system, []]));
  for (const [system, needs] of Object.entries(graph)) {
    for (const need of needs) dependents.get(need)?.push(system);
  }
  return dependents;
}

const rest = (graph: Graph, left: ReadonlyMap<string, unknown>): Graph =>
  Object.fromEntries(
    [...left.keys()].map((system) => [system, graph[system]!.filter((need) => left.has(need))]),
  );
