import type { NodeId } from '../names.ts';
import type { EventBody } from '../event.ts';
import type { PlanNode } from '../plan.ts';
import { stepKey } from './agenda.ts';
import type { State } from './state.ts';
import { isTerminal, tidiesUp } from './status.ts';

/**
 * What must never happen, whatever the plan and whoever decides: something starts before what it needs,
 * passes a gate that is shut, starts twice, or starts after the run was ended.
 * @returns the broken promise in words, or undefined.
 */
export function violation(s: State, body: EventBody): string | undefined {
  if (body.type === 'tried') return wronglyStarted(s, body);
  if (body.type === 'became' && body.status === 'passed') return wronglyPassed(s, body.of);
  return undefined;
}

function wronglyStarted(s: State, body: Extract<EventBody, { type: 'tried' }>): string | undefined {
  const place = s.agenda.places.get(body.path);
  if (!place) return `${body.path} is no step of the plan`;
  const { node, step } = place;
  if (s.open[body.try] !== undefined) return `${body.try} was about to start twice`;
  if (isTerminal(s.nodes[node.id]!.status))
    return `${body.path} was about to start although ${node.id} has ended`;
  if (s.ending && !tidiesUp(node)) return `${body.path} was about to start although the run is ending`;
  if (s.claim !== 'held') return `${body.path} was about to start without the run's claims`;
  const missing = missingNeed(s, node) ?? openBefore(s, node, node.steps.indexOf(step));
  return missing && `${body.path} was about to start before ${missing}`;
}

function wronglyPassed(s: State, id: NodeId): string | undefined {
  const node = s.plan.nodes[id]!;
  const missing = missingNeed(s, node) ?? openBefore(s, node, node.steps.length);
  return missing && `${id} was about to count as recovered before ${missing}`;
}

const missingNeed = (s: State, node: PlanNode): NodeId | undefined =>
  node.needs.find((id) => s.nodes[id]?.status !== 'passed');

/** The first of the steps before a place that is not behind us. */
function openBefore(s: State, node: PlanNode, place: number): string | undefined {
  const { steps } = s.nodes[node.id]!;
  return node.steps.slice(0, place).find((step) => {
    const stands = steps[stepKey(step)]?.state;
    return stands !== 'passed' && stands !== 'done' && stands !== 'skipped';
  })?.id;
}
