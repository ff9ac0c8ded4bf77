import { findCycle } from '../../core/graph.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { SystemDeclaration } from '../runbook.ts';
import type { Facts, Rule } from './facts.ts';

/** Circles that share no member are reported together, up to this many. */
const mostCircles = 20;

/** Nothing waits for itself, however long the way round. A circle is printed whole, from its smallest name. */
export const cycles: Rule = function* (facts) {
  const waits = waitsFor(facts);
  const graph = new Map([...waits].map(([name, others]) => [name, [...others.keys()]]));
  for (let found = 0; found < mostCircles; found++) {
    const circle = findCycle(graph);
    if (!circle) return;
    const [first, last] = [circle[0]!, circle.at(-1)!];
    yield {
      code: 'MUSTER_REF_CYCLE',
      path: waits.get(first)!.get(last)!,
      summary: `Each of these waits for the one before it: ${[...circle, first].join(' > ')}.`,
      hint: 'Take one of them out of the needs or wants of the next.',
    } satisfies Problem;
    for (const member of circle) graph.delete(member);
  }
};

type Waiting = Pick<SystemDeclaration, 'needs' | 'wants'>;

/** Names to what they wait for, and where that is written. Self-references are reported elsewhere. */
function waitsFor({ runbook }: Facts): Map<string, Map<string, DocumentPath>> {
  const waits = new Map<string, Map<string, DocumentPath>>();
  for (const section of ['systems', 'gates'] as const) {
    for (const [name, node] of Object.entries<Waiting>(runbook[section])) {
      const own = new Map<string, DocumentPath>();
      node.wants.forEach((other, index) => own.set(other, [section, name, 'wants', index]));
      node.needs.forEach((other, index) => own.set(other, [section, name, 'needs', index]));
      own.delete(name);
      waits.set(name, own);
    }
  }
  for (const [name, { fence }] of Object.entries(runbook.systems)) {
    if (!fence || !('by' in fence) || !Object.hasOwn(runbook.systems, fence.by)) continue;
    // The other's fence waits for the gates that the other needs, and this system for that fence.
    const gates = runbook.systems[fence.by]!.needs.filter((need) => Object.hasOwn(runbook.gates, need));
    for (const gate of gates) waits.get(name)!.set(gate, ['systems', name, 'fence', 'by']);
  }
  return waits;
}
