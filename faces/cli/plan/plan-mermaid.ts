import { transitiveReduction } from '../../../core/graph.ts';
import type { NodeKind, Plan, PlanNode } from '../../../core/plan.ts';

/**
 * A plan as a Mermaid flowchart: needs as arrows, wants dotted, `after` thick. What follows from other arrows
 * is left out. The same plan always gives the same text.
 */
export function planMermaid(plan: Plan): string {
  const nodes = Object.values(plan.nodes);
  const name = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const arrow = (from: string, line: string, to: string) => `  ${name.get(from)} ${line} ${name.get(to)}`;
  const reduced = transitiveReduction(
    new Map(nodes.map(({ id, needs, after }) => [id, [...needs, ...after]])),
  );
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${name.get(node.id)}${shape(node)}`),
    ...nodes.flatMap(({ id, needs, wants }) => {
      const needed = new Set(needs);
      return [
        ...(reduced.get(id) ?? []).map((from) => arrow(from, needed.has(from) ? '-->' : '==>', id)),
        ...wants.filter((from) => !needed.has(from)).map((from) => arrow(from, '-.->', id)),
      ];
    }),
    '',
  ].join('\n');
}

const shapes: Readonly<Partial<Record<NodeKind, readonly [string, string]>>> = {
  gate: ['{{', '}}'],
  function: ['([', '])'],
  fence: ['[/', '/]'],
  run: ['[[', ']]'],
};

function shape({ kind, id, title }: PlanNode): string {
  const [open, close] = shapes[kind] ?? ['[', ']'];
  const label = title === '' || title === id ? id : `${id}: ${title}`;
  return `${open}"${label.replace(/[^\p{L}\p{N} .,:;?!()_+*/-]/gu, (one) => `#${one.codePointAt(0)};`)}"${close}`;
}
