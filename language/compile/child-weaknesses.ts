import { forecast } from '../../core/forecast.ts';
import { isDo, pathOf, type Plan, type PlanNode, type Step, type Weakness } from '../../core/plan.ts';
import { standsOn } from '../../core/run/strictest-rpo.ts';
import { formatDuration, type Milliseconds } from '../../core/units.ts';
import type { Draft } from './draft.ts';

/** Notes what is weak about the other runs that a plan starts, and where their budgets do not fit into its own. */
export function noteChildren(draft: Draft): void {
  for (const node of draft.nodes.values()) {
    for (const step of node.steps) {
      const child = isDo(step) ? draft.children.get(pathOf(node, step)) : undefined;
      if (!child) continue;
      draft.weaknesses.push(...budgetOf(draft, node, child), ...saidTooLittle(node, step, child));
      draft.weaknesses.push(...raised(node, child, child.weaknesses));
    }
  }
}

/** The weaknesses of another plan, as they are told with the one that runs it. */
export const raised = (node: PlanNode, child: Plan, found: readonly Weakness[]): Weakness[] =>
  found.map(({ code, text }) => ({ code, about: node.id, text: `${child.runbook.name}: ${text}` }));

function budgetOf(draft: Draft, node: PlanNode, child: Plan): Weakness[] {
  const here = allowedFor(draft, node);
  if (!here) return [];
  const name = child.runbook.name;
  const alone = forecast(child).recovered;
  const objective = `the objective here is ${formatDuration(here.rto)} (RTO of ${here.of})`;
  const found = (text: string): Weakness => ({
    code: 'child-budget',
    about: node.id,
    text: `${node.id}: ${text}`,
  });
  if (alone > here.rto) return [found(`${name} alone takes ${formatDuration(alone)}, ${objective}`)];
  const own = promised(child);
  return own && own.rto > here.rto
    ? [found(`${name} allows itself ${formatDuration(own.rto)} (RTO of ${own.of}), ${objective}`)]
    : [];
}

interface Rto {
  readonly rto: Milliseconds;
  readonly of: string;
}

/** The strictest RTO that holds for a system: its own, or that of a function which stands on it. */
function allowedFor({ nodes }: Draft, { id }: PlanNode): Rto | undefined {
  const plan = { nodes: Object.fromEntries(nodes) };
  const standing = [...nodes.values()].filter(
    (node) => node.id === id || (node.kind === 'function' && standsOn(plan, node.id).has(id)),
  );
  return rtosOf(standing)[0];
}

/** The most lenient RTO of what the other run is for. */
function promised({ nodes }: Plan): Rto | undefined {
  const all = Object.values(nodes);
  const functions = rtosOf(all.filter(({ kind }) => kind === 'function'));
  return (functions.length > 0 ? functions : rtosOf(all)).at(-1);
}

const rtosOf = (nodes: readonly PlanNode[]): Rto[] =>
  nodes
    .flatMap(({ id, objectives }) => (objectives?.rto === undefined ? [] : [{ rto: objectives.rto, of: id }]))
    .sort((a, b) => a.rto - b.rto);

function saidTooLittle(node: PlanNode, { id, takes }: Step, child: Plan): Weakness[] {
  const alone = forecast(child).recovered;
  if (alone <= takes) return [];
  const text = `${node.id}, ${id}: reckoned with ${formatDuration(takes)}, but by its own plan ${child.runbook.name} takes ${formatDuration(alone)}`;
  return [{ code: 'child-takes-longer', about: node.id, text }];
}
