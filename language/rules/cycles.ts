import type { DocumentPath, Problem } from '../problem.ts';
import type { Facts, Rule } from './facts.ts';

/** Nothing waits for itself. A circle of needs, wants and gates is printed whole; each name is in one at most. */
export const cycles: Rule = function* (facts) {
  const edges = waitsFor(facts);
  for (const circle of circles(edges)) {
    const first = circle.indexOf(circle.toSorted()[0]!);
    const ordered = [...circle.slice(first), ...circle.slice(0, first)];
    const path = edges.get(ordered[0]!)!.get(ordered[1]!)!;
    yield {
      code: 'MUSTER_REF_CYCLE',
      path,
      summary: `These wait for each other: ${[...ordered, ordered[0]].join(' > ')}.`,
      hint: 'Take one out of the needs or wants of the one before it.',
    } satisfies Problem;
  }
};

type Edges = ReadonlyMap<string, ReadonlyMap<string, DocumentPath>>;

/** Names to what they wait for, and where that is written. Self-references are reported elsewhere. */
function waitsFor({ runbook }: Facts): Edges {
  const edges = new Map<string, Map<string, DocumentPath>>();
  for (const section of ['systems', 'gates'] as const) {
    for (const [name, node] of Object.entries(runbook[section])) {
      const own = new Map<string, DocumentPath>();
      node.wants.forEach((other, index) => own.set(other, [section, name, 'wants', index]));
      node.needs.forEach((other, index) => own.set(other, [section, name, 'needs', index]));
      own.delete(name);
      edges.set(name, own);
    }
  }
  for (const [name, { fence }] of Object.entries(runbook.systems)) {
    if (!fence || !('by' in fence) || !Object.hasOwn(runbook.systems, fence.by)) continue;
    // The other's fence waits for the gates that the other needs, and this system for that fence.
    const gates = runbook.systems[fence.by]!.needs.filter((need) => Object.hasOwn(runbook.gates, need));
    for (const gate of gates) edges.get(name)!.set(gate, ['systems', name, 'fence', 'by']);
  }
  return edges;
}

/** Circles without a common member, found depth first with a stack of its own: runbooks may be long chains. */
function* circles(edges: Edges): Iterable<string[]> {
  const done = new Set<string>();
  const found = new Set<string>();
  for (const root of edges.keys()) {
    const trail: { name: string; rest: Iterator<string> }[] = [];
    const onTrail = new Map<string, number>();
    const enter = (name: string) => {
      if (done.has(name) || !edges.has(name)) return;
      onTrail.set(name, trail.length);
      trail.push({ name, rest: edges.get(name)!.keys() });
    };
    enter(root);
    while (trail.length > 0) {
      const { name, rest } = trail.at(-1)!;
      const { value: next } = rest.next();
      if (next === undefined) {
        done.add(name);
        onTrail.delete(name);
        trail.pop();
      } else if (!onTrail.has(next)) {
        enter(next);
      } else if (!found.has(next) && !found.has(name)) {
        const circle = trail.slice(onTrail.get(next)).map((member) => member.name);
        for (const member of circle) found.add(member);
        yield circle;
      }
    }
  }
}
