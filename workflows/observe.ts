import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import { activityTypes } from '../contract/names.ts';
import type { PerformInput, PerformResult, StopInput } from '../contract/perform.ts';
import type { TryId } from '../core/names.ts';
import type { EventBody } from '../core/event.ts';
import { callOf } from '../core/run/call-of.ts';
import type { State } from '../core/run/state.ts';
import { isSilence, type Patience } from './patience.ts';

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
  private readonly patience: Patience;

  constructor(report: (body: EventBody) => void, patience: Patience) {
    this.report = report;
    this.patience = patience;
  }

  /** Nothing is being observed. */
  get none(): boolean {
    return this.watched.size === 0;
  }

  watch(s: State, id: TryId): void {
    if (this.watched.has(id)) return;
    this.watched.add(id);
    this.observe(s, id);
  }

  private observe(s: State, id: TryId): void {
    const { input, title, host } = callOf(s, id);
    const { [input.call.action]: perform } = proxyActivities<Record<string, Perform>>({
      ...observing,
      scheduleToStartTimeout: this.patience.silentAfter,
      summary: title,
      ...(host && { taskQueue: host.taskQueue }),
    });
    perform!(input).then(
      (result) => this.ended(id, { type: 'ended', try: id, ...result }),
      (error: unknown) =>
        isSilence(error) ? void this.listen(s, id) : this.ended(id, unobserved(id, error)),
    );
  }

  /** Its host has not taken it up: the run is told once it is sure, and again when the host is back. Then it is adopted. */
  private async listen(s: State, id: TryId): Promise<void> {
    const { host } = callOf(s, id);
    const { node } = s.open[id]!;
    const back = await this.patience.waitFor(host, (since) => {
      if (s.open[id]) this.report({ type: 'unheard', node, since });
    });
    // Its host may have been given up meanwhile, and with it the try.
    if (!s.open[id]) this.watched.delete(id);
    else {
      if (back === 'after-silence') this.report({ type: 'unheard', node });
      this.observe(s, id);
    }
  }

  stop(s: State, id: TryId): void {
    if (this.stopped.has(id)) return;
    this.stopped.add(id);
    void this.end(s, id);
  }

  private async end(s: State, id: TryId): Promise<void> {
    const { host } = callOf(s, id);
    const { [activityTypes.stop]: stop } = proxyActivities<
      Record<string, (input: StopInput) => Promise<void>>
    >({
      startToCloseTimeout: '2 minutes',
      retry: { maximumInterval: '10 seconds' },
      ...(host && { taskQueue: host.taskQueue }),
    });
    await stop!({ run: s.run, try: id, grace: graceMs });
    this.ended(id, stoppedEnd(s, id));
  }

  /** The first word counts: what was stopped has ended, whatever its observer says later. */
  private ended(id: TryId, body: EventBody): void {
    if (this.watched.delete(id)) this.report(body);
  }
}

/** What the step waited for, where that was a run of its own, is ended by nobody but the people of that run. */
function stoppedEnd(s: State, id: TryId): EventBody {
  const other = s.plan.children?.[s.open[id]?.path ?? '']?.runbook.name;
  const message =
    other === undefined
      ? 'stopped by people'
      : `stopped by people: it waits no more for the run of ${other}, which goes on. To end that, too: muster cancel ${other}`;
  return { type: 'ended', try: id, outcome: 'stopped', outputs: {}, found: { message } };
}

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
