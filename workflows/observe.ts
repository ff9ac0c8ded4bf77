import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import { activityTypes } from '../contract/names.ts';
import type { PerformInput, PerformResult, StopInput } from '../contract/perform.ts';
import type { TryId } from '../core/change.ts';
import type { EventBody } from '../core/event.ts';
import { callOf } from '../core/run/call-of.ts';
import type { State } from '../core/run/state.ts';

/** Temporal's attempts only observe: bounded by time, on the same host's queue, never by count. */
const observing = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '10 seconds' },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
} as const satisfies ActivityOptions;

const graceMs = 10_000;

type Perform = (input: PerformInput) => Promise<PerformResult>;

/** Keeps an eye on every try that must be under way: starts observing it once, stops it once when told. */
export class Observers {
  private readonly watched = new Map<TryId, CancellationScope>();
  private readonly stopped = new Set<TryId>();
  private readonly report: (body: EventBody) => void;

  constructor(report: (body: EventBody) => void) {
    this.report = report;
  }

  watch(s: State, id: TryId): void {
    if (this.watched.has(id)) return;
    const scope = new CancellationScope({ cancellable: true });
    this.watched.set(id, scope);
    void scope.run(() => this.perform(s, id));
  }

  stop(s: State, id: TryId): void {
    if (this.stopped.has(id)) return;
    this.stopped.add(id);
    void this.end(s, id);
  }

  private async perform(s: State, id: TryId): Promise<void> {
    const { input, title } = callOf(s, id);
    const name = input.call.action;
    const activities = proxyActivities<Record<string, Perform>>({
      ...observing,
      summary: title,
      ...(s.host && { taskQueue: s.host.taskQueue }),
    });
    try {
      const result = await activities[name]!(input);
      this.ended(id, { type: 'ended', try: id, ...result });
    } catch (error) {
      if (isCancellation(error)) this.ended(id, stoppedEnd(id));
      else this.ended(id, unobserved(id, error));
    }
  }

  private async end(s: State, id: TryId): Promise<void> {
    const { [activityTypes.stop]: stop } = proxyActivities<
      Record<string, (input: StopInput) => Promise<void>>
    >({
      startToCloseTimeout: '2 minutes',
      retry: { maximumInterval: '10 seconds' },
      ...(s.host && { taskQueue: s.host.taskQueue }),
    });
    await stop!({ run: s.run, try: id, grace: graceMs });
    this.watched.get(id)?.cancel();
  }

  private ended(id: TryId, body: EventBody): void {
    this.watched.delete(id);
    this.report(body);
  }
}

const stoppedEnd = (id: TryId): EventBody => ({
  type: 'ended',
  try: id,
  outcome: 'stopped',
  outputs: {},
  found: { message: 'stopped by people' },
});

/** The observer itself failed for good: what the command did is not known. */
const unobserved = (id: TryId, error: unknown): EventBody => ({
  type: 'ended',
  try: id,
  outcome: 'unknown',
  outputs: {},
  found: {
    message: `it could not be observed: ${error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : 'no reason given'}`,
  },
});
