import type { Client } from '@temporalio/client';
import type { DeliveryResult, Handed } from '../../contract/courier.ts';
import type { Plan } from '../../core/plan.ts';
import { inputOf } from '../input-of.ts';
import type { Trust } from '../trust.ts';
import { send } from './send.ts';

type Notify = NonNullable<Plan['notify']>;

/**
 * Makes the delivery of notices. Where they go is read from the plan of the run that they are of, never from who asks for the
 * delivery: whoever reaches Temporal could otherwise have any command run.
 */
export function createDeliver(
  client: Client,
  trust: Trust | undefined,
): (handed: Handed) => Promise<DeliveryResult> {
  const known = new Map<string, Promise<Notify>>();
  const notifyOf = (origin: Handed['origin']): Promise<Notify> => {
    const before = known.get(origin.runId);
    if (before) return before;
    const now = inputOf(client, origin).then(({ plan }) => plan.notify ?? {});
    known.set(origin.runId, now);
    now.catch(() => known.delete(origin.runId)); // to be looked at again
    return now;
  };
  return async ({ notice, origin }) => {
    const why = await trust?.(origin, { run: notice.run.id });
    if (why !== undefined) return { delivered: false, problem: why, final: true };
    const notify = await notifyOf(origin);
    const target = Object.hasOwn(notify, notice.to) ? notify[notice.to] : undefined;
    if (target) return send(notice, target);
    return { delivered: false, problem: `the plan of ${notice.run.id} tells no ${notice.to}`, final: true };
  };
}
