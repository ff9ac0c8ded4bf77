import { randomBytes } from 'node:crypto';
import { sharedQueue, workflowTypes } from '../contract/names.ts';
import { listBytes, type PointsAnswer, type PointsInput } from '../contract/points.ts';
import type { Channel, Person } from '../core/names.ts';
import type { Plan } from '../core/plan.ts';
import type { Listed } from '../core/points/choose.ts';
import { restoresOf } from '../core/points/restores.ts';
import type { Roster, RosterSignature } from '../core/roster.ts';
import type { Service } from './service.ts';

export interface PointsRequest {
  readonly plan: Plan;
  readonly by: Person;
  readonly channel: Channel;
  readonly roster?: Roster;
  readonly rosterSignature?: RosterSignature;
}

/** Has the recovery points of a plan's restores listed where its steps would run. */
export async function readPoints(
  { client, host, namespace, now, sign }: Service,
  { plan, by, channel, roster, rosterSignature }: PointsRequest,
): Promise<readonly Listed[]> {
  const calls = restoresOf(plan)
    .filter(({ known }) => known)
    .map(({ path, call }) => ({
      path,
      call,
      enter: call.site === 'source' ? plan.from.enter : plan.to.enter,
    }));
  if (calls.length === 0) return [];
  const unsigned: PointsInput = {
    calls,
    by,
    channel,
    ...(roster && { roster }),
    ...(rosterSignature && { rosterSignature }),
    ...(host && { host }),
  };
  const issued = now ? await now() : Date.now();
  const signature = roster && (await sign?.(listBytes(namespace, issued, unsigned)));
  const input = { ...unsigned, ...(signature && { signed: { ...signature, issued } }) };
  const answer = await client.workflow.execute<(input: PointsInput) => Promise<PointsAnswer>>(
    workflowTypes.points,
    {
      workflowId: `points/${plan.runbook.name}/${randomBytes(6).toString('hex')}`,
      taskQueue: host?.taskQueue ?? sharedQueue,
      args: [input],
      workflowExecutionTimeout: '5 minutes',
    },
  );
  return answer.lists;
}
