import { randomBytes } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
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
    .map(({ path, call, runsOn }) => ({
      path,
      call,
      ...(runsOn !== undefined && { runsOn }),
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
  const asked = client.workflow.execute<(input: PointsInput) => Promise<PointsAnswer>>(workflowTypes.points, {
    workflowId: `points/${plan.runbook.name}/${randomBytes(6).toString('hex')}`,
    taskQueue: host?.taskQueue ?? sharedQueue,
    args: [input],
    workflowExecutionTimeout: answersWithin,
  });
  return asked.then(({ lists }) => lists, (error: unknown) => nobodyCanTell(error, calls)); // prettier-ignore
}

/** So long may all of it take, a worker that must come first included. */
const answersWithin = '3 minutes';

/** On the worst day a recovery is started without knowing, and its plan says so. */
function nobodyCanTell(error: unknown, calls: PointsInput['calls']): Listed[] {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const why = error.cause instanceof TimeoutFailure ? 'nobody answered in time' : innermost(error);
  return calls.map(({ path }) => ({ path, trouble: `it could not be looked at: ${why}` }));
}

const innermost = (error: Error): string =>
  error.cause instanceof Error ? innermost(error.cause) : error.message;
