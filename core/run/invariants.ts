import type { EventBody } from '../event.ts';
import type { State } from './state.ts';
import { isTerminal, tidiesUp } from './status.ts';

/**
 * What must never happen, whatever the plan and whoever decides: something starts before what it needs,
 * passes a gate that is shut, starts twice, or starts after the run was ended.
 * @returns the broken promise in words, or undefined.
 */
export function violation(s: State, body: EventBody): string | undefined {
  if (body.type !== 'tried') return undefined;
  const place = s.agenda.places.get(body.path);
  if (!place) return `${body.path} is no step of the plan`;
  const { node, step } = place;
  const state = s.nodes[node.id]!;
  if (s.open[body.try] !== undefined) return `${body.try} was about to start twice`;
  if (isTerminal(state.status)) return `${body.path} was about to start although ${node.id} has ended`;
  const missing = node.needs.find((id) => s.nodes[id]?.status !== 'passed');
  if (missing !== undefined) return `${body.path} was about to start before ${missing} was there`;
  if (s.ending && !tidiesUp(node)) return `${body.path} was about to start although the run is ending`;
  const before = node.steps.slice(0, node.steps.indexOf(step)).find((earlier) => {
    const stands = state.steps[`${earlier.phase}/${earlier.id}`]?.state;
    return stands !== 'passed' && stands !== 'done' && stands !== 'skipped';
  });
  return before && `${body.path} was about to start before ${before.id} had passed`;
}
