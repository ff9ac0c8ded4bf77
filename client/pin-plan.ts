import type { Plan } from '../core/plan.ts';
import { restoresOf } from '../core/points/restores.ts';
import { pinPoints } from '../language/compile/pin-points.ts';
import { sha256 } from '../record/sha256.ts';
import type { PointsRequest } from './points.ts';
import type { Runs } from './runs.ts';
import type { Sign } from './service.ts';

/** A plan with the recovery points pinned that are there now, where its steps would run; as it is where it restores none. */
export async function pinPlan(
  runs: () => Runs | Promise<Runs>,
  request: PointsRequest,
  sign?: Sign,
): Promise<Plan> {
  const { plan } = request;
  if (restoresOf(plan).length === 0) return plan;
  const listed = await (await runs()).points(request, sign);
  return pinPoints(plan, listed, sha256);
}

/** What a plan pinned that is not there any more, in words; nothing where all is. */
export async function missingPoints(runs: Runs, request: PointsRequest, sign?: Sign): Promise<string[]> {
  const pinned = restoresOf(request.plan).filter(({ call }) => call.pinned);
  if (pinned.length === 0) return [];
  const listed = await runs.points(request, sign);
  return pinned.flatMap(({ path, node, call: { pinned: point } }) => {
    const there = listed.find((one) => one.path === path);
    if (!there) return [];
    if ('trouble' in there)
      return [`Whether ${point!.id} of ${node} is still there, nobody can tell: ${there.trouble}`];
    return there.points.some(({ id }) => id === point!.id)
      ? []
      : [`The recovery point ${point!.id} of ${node} is gone.`];
  });
}
