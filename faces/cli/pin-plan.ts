import { missingPoints, pinPlan, restoresAnything } from '../../client/pin-plan.ts';
import type { PointsRequest } from '../../client/points.ts';
import type { Sign } from '../../client/service.ts';
import type { Listed } from '../../core/points/choose.ts';
import { musterHome } from '../../local/home.ts';
import { trustedKeys } from '../../people/trusted-keys.ts';
import type { Cli } from './cli.ts';
import { keyOfPerson } from './prove.ts';
import { tell } from './show.ts';
import type { PlanWithRoster } from './roster-given.ts';

/** The plan with the recovery points that are there now. @throws ClientFailure where nobody can look. */
export async function pinned<T extends PlanWithRoster>(cli: Cli, made: T, as?: string): Promise<T> {
  if (!restoresAnything(made.plan)) return made;
  tell(cli, 'Looking which recovery points there are …');
  const asked = await askedBy(cli, made, as);
  return { ...made, plan: await pinPlan(() => cli.runs(), asked.request, asked.sign) };
}

/** What a plan pinned that is not there any more, in words. */
export async function gonePoints(cli: Cli, made: PlanWithRoster, as?: string): Promise<string[]> {
  const { request, sign } = await askedBy(cli, made, as);
  return missingPoints(await cli.runs(), request, sign);
}

/** The recovery points of all restores of a plan. */
export async function listedPoints(cli: Cli, made: PlanWithRoster, as?: string): Promise<readonly Listed[]> {
  const { request, sign } = await askedBy(cli, made, as);
  return (await cli.runs()).points(request, sign);
}

/** Signed where the workers of this machine look for somebody only whom a trusted roster knows. */
async function askedBy(
  cli: Cli,
  { plan, roster, rosterSignature }: PlanWithRoster,
  as = cli.person,
): Promise<{ readonly request: PointsRequest; readonly sign?: Sign }> {
  const people = { ...(roster && { roster }), ...(rosterSignature && { rosterSignature }) };
  const request: PointsRequest = { plan, ...people, by: as, channel: 'cli' };
  if (!roster || !trustedKeys(musterHome(), cli.env['MUSTER_ROSTER_KEYS'])) return { request };
  const { person, sign } = await keyOfPerson(cli, roster, as);
  return { request: { ...request, by: person }, sign };
}
