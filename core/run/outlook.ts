import type { NodeId } from '../names.ts';
import { forecaster, type Forecast } from '../forecast.ts';
import { pathOf } from '../plan.ts';
import type { Instant, Milliseconds } from '../units.ts';
import { workedAtSince } from './begun.ts';
import { clockStart } from './clock.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/**
 * How the rest of a run is expected to go, by the plan's figures and what is done of it, and if so much is left of
 * one node. Times count from `now`.
 */
export function outlook(
  s: State,
  now: Instant,
  given?: { readonly node: NodeId; readonly left: Milliseconds },
): Forecast {
  s.agenda.forecast ??= forecaster(s.plan);
  return s.agenda.forecast({
    elapsed: now - clockStart(s),
    remaining: (id) => (id === given?.node ? given.left : remaining(s, id, now)),
  });
}

/** What is left of a node: the rest of the step under way, and the steps after it. */
function remaining(s: State, id: NodeId, now: Instant): Milliseconds {
  const state = s.nodes[id]!;
  if (isTerminal(state.status)) return 0;
  const node = s.plan.nodes[id]!;
  const left = node.steps.slice(state.step).reduce((sum, step) => sum + step.takes, 0);
  const step = node.steps[state.step];
  if (!step) return 0;
  const path = pathOf(node, step);
  for (const one of s.agenda.tries.get(id) ?? []) {
    const open = s.open[one]!;
    if (open.path !== path || open.ask?.about.question) continue;
    const since = workedAtSince(open);
    return since === undefined ? left : left - Math.min(step.takes, now - since);
  }
  return left;
}
