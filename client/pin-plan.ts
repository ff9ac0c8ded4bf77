import type { Path } from '../core/names.ts';
import { descendantsOf, type Plan } from '../core/plan.ts';
import { restoresOf } from '../core/points/restores.ts';
import { pinPoints, withChildren } from '../language/compile/pin-points.ts';
import { sha256 } from '../record/sha256.ts';
import type { PointsRequest } from './points.ts';
import type { Runs } from './runs.ts';
import type { Sign } from './service.ts';

/**
 * A plan with the recovery points pinned that are there now, where its steps would run, and so with the plans of the runs that it
 * starts; as it is where nothing is restored.
 */
export async function pinPlan(
  runs: () => Runs | Promise<Runs>,
  request: PointsRequest,
  sign?: Sign,
): Promise<Plan> {
  const plan = await pinOwn(runs, request, sign);
  if (!plan.children) return plan;
  const children: Record<Path, Plan> = {};
  for (const [path, child] of Object.entries(plan.children))
    children[path] = await pinPlan(runs, { ...request, plan: child }, sign);
  return withChildren(plan, children, sha256);
}

async function pinOwn(runs: () => Runs | Promise<Runs>, request: PointsRequest, sign?: Sign): Promise<Plan> {
  const { plan } = request;
  if (restoresOf(plan).length === 0) return plan;
  const listed = await (await runs()).points(request, sign);
  return pinPoints(plan, listed, sha256);
}

/** Whether anything is restored by a plan, or by those of the runs that it starts. */
export const restoresAnything = (plan: Plan): boolean =>
  [plan, ...descendantsOf(plan)].some((one) => restoresOf(one).length > 0);

/** What a plan pinned that is not there any more, in words; nothing where all is. */
export async function missingPoints(runs: Runs, request: PointsRequest, sign?: Sign): Promise<string[]> {
  const missing: string[] = [];
  for (const plan of [request.plan, ...descendantsOf(request.plan)])
    missing.push(...(await missingOf(runs, { ...request, plan }, sign)));
  return missing;
}

async function missingOf(runs: Runs, request: PointsRequest, sign?: Sign): Promise<string[]> {
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
