import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { activityTypes } from '../contract/names.ts';
import type { PerformInput, PerformResult, StopInput } from '../contract/perform.ts';
import type { TryId } from '../core/names.ts';
import type { EventBody } from '../core/event.ts';
import { callOf } from '../core/run/call-of.ts';
import type { State } from '../core/run/state.ts';

/** Temporal's attempts only observe: bounded by time, on the same host's queue, never by count. */
const observing = {
  startToCloseTimeout: 3_600_000,
  heartbeatTimeout: 10_000,
  retry: { initialInterval: 1_000, backoffCoefficient: 1.5, maximumInterval: 10_000 },
} as const satisfies ActivityOptions;

const graceMs = 10_000;

type Perform = (input: PerformInput) => Promise<PerformResult>;

/**
 * Keeps an eye on every try that must be under way: starts observing it once, stops it once when told.
 * Every promise of a workflow costs as much as folding an event: a try has three.
 */
export class Observers {
  private readonly watched = new Set<TryId>();
  private readonly stopped = new Set<TryId>();
  private readonly report: (body: EventBody) => void;

  constructor(report: (body: EventBody) => void) {
    this.report = report;
  }

  /** Nothing is being observed. */
  get none(): boolean {
    return this.watched.size === 0;
  }

  watch(s: State, id: TryId): void {
    if (this.watched.has(id)) return;
    this.watched.add(id);
    const { input, title } = callOf(s, id);
    const { [input.call.action]: perform } = proxyActivities<Record<string, Perform>>({
      ...observing,
      summary: title,
      ...(s.host && { taskQueue: s.host.taskQueue }),
    });
    perform!(input).then(
      (result) => this.ended(id, { type: 'ended', try: id, ...result }),
      (error: unknown) => this.ended(id, unobserved(id, error)),
    );
  }

  stop(s: State, id: TryId): void {
    if (this.stopped.has(id)) return;
    this.stopped.add(id);
    void this.end(s, id);
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
    this.ended(id, stoppedEnd(id));
  }

  /** The first word counts: what was stopped has ended, whatever its observer says later. */
  private ended(id: TryId, body: EventBody): void {
    if (this.watched.delete(id)) this.report(body);
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
