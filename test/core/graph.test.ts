import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCycle, levels, topologicalOrder, transitiveReduction, type Graph } from '../../core/graph.ts';

const graphOf = (edges: Record<string, string[]>): Graph => new Map(Object.entries(edges));

/** Up to 12 nodes; each comes after some of the nodes drawn before it, so there is no cycle. */
const acyclic: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 })
  .chain((picks) =>
    fc.shuffledSubarray(
      picks.map((pick, at): [string, string[]] => [
        `n${at}`,
        at === 0 ? [] : pick.map((number) => `n${number % at}`),
      ]),
      { minLength: picks.length },
    ),
  )
  .map((entries) => new Map(entries));

const any: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((picks) => new Map(picks.map((pick, at) => [`n${at}`, pick.map((number) => `n${number}`)])));

/** Every chain of nodes, by brute force. */
function chainsTo(graph: Graph, node: string): string[][] {
  const before = (graph.get(node) ?? []).flatMap((other) => chainsTo(graph, other));
  return [[node], ...before.map((chain) => [...chain, node])];
}

describe('topological order', () => {
  it('goes level by level in the order of the map', () => {
    const graph = graphOf({
      traffic: ['go-live'],
      db: [],
      uploads: [],
      api: ['db', 'uploads'],
      'go-live': ['api'],
    });
    expect(topologicalOrder(graph)).toEqual(['db', 'uploads', 'api', 'go-live', 'traffic']);
  });

  it('puts every node after all that come before it', () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        const order = topologicalOrder(graph);
        expect([...order].sort()).toEqual([...graph.keys()].sort());
        const place = new Map(order.map((node, at) => [node, at]));
        for (const [node, before] of graph) {
          for (const other of before) expect(place.get(other)).toBeLessThan(place.get(node) as number);
        }
      }),
    );
  });
});

describe('a cycle', () => {
  it('is told whole, from its smallest name, whatever the order of the map', () => {
    const edges = { d: ['c'], c: ['b'], b: ['a', 'x'], a: ['c'], x: [] };
    expect(findCycle(graphOf(edges))).toEqual(['a', 'b', 'c']);
    expect(findCycle(new Map(Object.entries(edges).reverse()))).toEqual(['a', 'b', 'c']);
  });

  it('may be a node that comes before itself', () => {
    expect(findCycle(graphOf({ a: ['a'] }))).toEqual(['a']);
  });

  it('is found exactly where there is no order, and each of its nodes comes before the next', () => {
    fc.assert(
      fc.property(any, (graph) => {
        const cycle = findCycle(graph);
        expect(cycle === undefined).toBe(topologicalOrder(graph).length === graph.size);
        for (const [at, node] of (cycle ?? []).entries()) {
          expect(graph.get(cycle?.[(at + 1) % cycle.length] as string)).toContain(node);
        }
      }),
    );
  });

  it('of 100,000 nodes is found without a deep stack', () => {
    const ring = new Map(Array.from({ length: 100_000 }, (_, at) => [`n${at}`, [`n${(at + 1) % 100_000}`]]));
    expect(findCycle(ring)).toHaveLength(100_000);
  });
});

describe('the level of a node', () => {
  it('is the length of the longest chain before it, all chains counted one by one', () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        for (const [node, level] of levels(graph)) {
          expect(level).toBe(Math.max(...chainsTo(graph, node).map((chain) => chain.length)) - 1);
        }
      }),
    );
  });
});

describe('the transitive reduction', () => {
  it('leaves out what follows from the rest', () => {
    const graph = graphOf({ a: [], b: ['a'], c: ['a', 'b'], d: ['a', 'c', 'b', 'c'] });
    expect(Object.fromEntries(transitiveReduction(graph))).toEqual({ a: [], b: ['a'], c: ['b'], d: ['c'] });
  });

  it('keeps what can be reached, and no edge can go', () => {
    const reachable = (graph: Graph, node: string) => [...new Set(chainsTo(graph, node).flat())].sort();
    fc.assert(
      fc.property(acyclic, (graph) => {
        const reduced = transitiveReduction(graph);
        for (const [node, before] of reduced) {
          expect(reachable(reduced, node)).toEqual(reachable(graph, node));
          for (const dropped of before) {
            const without = new Map(reduced).set(
              node,
              before.filter((other) => other !== dropped),
            );
            expect(reachable(without, node)).not.toEqual(reachable(graph, node));
          }
        }
      }),
    );
  });
});
