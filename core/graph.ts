/** For every node the nodes that come before it. A name that is no key of the map is ignored. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Every node after all that come before it, otherwise in the order of the map: level by level, so that a
 * node stands as early as it can. Nodes on a cycle, and all behind one, are left out. Linear time.
 */
export function topologicalOrder(graph: Graph): string[] {
  const open = new Map<string, number>();
  const followers = new Map<string, string[]>();
  for (const [node, before] of graph) {
    const known = before.filter((other) => graph.has(other));
    open.set(node, known.length);
    for (const other of known) append(followers, other, node);
  }
  const order = [...graph.keys()].filter((node) => open.get(node) === 0);
  for (let next = 0; next < order.length; next += 1) {
    for (const follower of followers.get(order[next] as string) ?? []) {
      const left = (open.get(follower) ?? 0) - 1;
      open.set(follower, left);
      if (left === 0) order.push(follower);
    }
  }
  return order;
}

/**
 * A cycle, each node before the one that needs it, or undefined where there is none. It starts at its
 * smallest name, so that the same mistake reads the same whatever the order of the map. Linear time.
 */
export function findCycle(graph: Graph): string[] | undefined {
  const sorted = new Set(topologicalOrder(graph));
  const rest = [...graph.keys()].filter((node) => !sorted.has(node));
  const [start] = rest.sort();
  if (start === undefined) return undefined;
  // Every node that was not sorted has one before it that was not sorted either: walking back must close.
  const seen = new Map<string, number>();
  const walk: string[] = [];
  for (let node = start; !seen.has(node);) {
    seen.set(node, walk.length);
    walk.push(node);
    node = (graph.get(node) ?? []).find((other) => graph.has(other) && !sorted.has(other)) as string;
    if (seen.has(node)) walk.splice(0, seen.get(node));
  }
  const cycle = walk.reverse();
  const first = cycle.indexOf([...cycle].sort()[0] as string);
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** For every node how many nodes stand in the longest chain before it (0: none). Cycles are left out. */
export function levels(graph: Graph): Map<string, number> {
  const level = new Map<string, number>();
  for (const node of topologicalOrder(graph)) {
    let deepest = -1;
    for (const before of graph.get(node) ?? []) deepest = Math.max(deepest, level.get(before) ?? -1);
    level.set(node, deepest + 1);
  }
  return level;
}

/**
 * The same order with every edge left out that follows from others: what a drawing needs. Takes time
 * proportional to nodes × edges in the worst case; the graph must have no cycle.
 */
export function transitiveReduction(graph: Graph): Map<string, readonly string[]> {
  const level = levels(graph);
  const depth = (node: string) => level.get(node) ?? 0;
  const reduced = new Map<string, readonly string[]>();
  for (const [node, before] of graph) {
    const kept = new Set<string>();
    const reached = new Set<string>();
    for (const other of [...new Set(before)].sort((a, b) => depth(b) - depth(a))) {
      if (!graph.has(other) || reached.has(other)) continue;
      kept.add(other);
      reach(graph, other, reached);
    }
    reduced.set(
      node,
      before.filter((other, at) => kept.has(other) && before.indexOf(other) === at),
    );
  }
  return reduced;
}

function reach(graph: Graph, from: string, reached: Set<string>): void {
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    open.push(...(graph.get(node) ?? []));
  }
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
