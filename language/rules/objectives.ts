import { topologicalOrder } from '../../core/graph.ts';
import { formatDuration, type Milliseconds } from '../../core/units.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/** Nothing can be back sooner than what it needs, and the second deadline is not the first one. */
export const objectives: Rule = function* ({ runbook }) {
  const { systems, gates, functions } = runbook;
  const nodes: Record<string, { needs: readonly string[]; objectives?: { rto?: Milliseconds } }> = {
    ...gates,
    ...functions,
    ...systems,
  };
  /** For every node the longest RTO among itself and all that it needs, and whose it is. */
  const longest = new Map<string, { rto: Milliseconds; of: string }>();
  for (const name of topologicalOrder(
    new Map(Object.entries(nodes).map(([key, { needs }]) => [key, needs])),
  )) {
    const { needs, objectives: own } = nodes[name]!;
    const below = needs.map((need) => longest.get(need)).filter((found) => found !== undefined);
    const worst = below.toSorted((a, b) => b.rto - a.rto)[0];
    const rto = own?.rto;
    if (worst && rto !== undefined && rto < worst.rto) {
      const section = Object.hasOwn(systems, name) ? 'systems' : 'functions';
      yield tooShort([section, name, 'objectives', 'rto'], name, { rto, worst });
    }
    const mine = rto !== undefined && rto >= (worst?.rto ?? 0) ? { rto, of: name } : worst;
    if (mine) longest.set(name, mine);
  }
  for (const section of ['systems', 'functions'] as const) {
    for (const [name, { objectives: own }] of Object.entries(runbook[section])) {
      if (own.rto === undefined || own.mtpd === undefined || own.mtpd >= own.rto) continue;
      yield mtpdFirst([section, name, 'objectives', 'mtpd'], own.rto, own.mtpd);
    }
  }
};

const tooShort = (
  path: DocumentPath,
  name: string,
  { rto, worst }: { rto: Milliseconds; worst: { rto: Milliseconds; of: string } },
): Problem => ({
  code: 'MUSTER_OBJECTIVE_RTO',
  path,
  summary: `The RTO of "${name}" (${formatDuration(rto)}) is shorter than that of "${worst.of}" (${formatDuration(worst.rto)}), which it needs.`,
  hint: `Give "${name}" at least ${formatDuration(worst.rto)}, or "${worst.of}" at most ${formatDuration(rto)}.`,
});

const mtpdFirst = (path: DocumentPath, rto: Milliseconds, mtpd: Milliseconds): Problem => ({
  code: 'MUSTER_OBJECTIVE_MTPD',
  path,
  summary: `The MTPD (${formatDuration(mtpd)}) ends before the RTO (${formatDuration(rto)}).`,
  hint: 'The MTPD is the second, later deadline; make it at least as long as the RTO.',
});
