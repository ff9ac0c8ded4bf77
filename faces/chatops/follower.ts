import { setTimeout as sleep } from 'node:timers/promises';
import type { Roster } from '../../core/roster.ts';
import type { Milliseconds } from '../../core/units.ts';
import type { RunView } from '../../core/view.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs, RunSummary } from '../../client/runs.ts';
import type { Unproposed } from '../hooks/unproposed.ts';
import type { Desk } from './desk.ts';
import type { Marks } from './marks.ts';
import type { Poster } from './poster.ts';
import { SlackFailure } from './slack/api.ts';
import { tellRun } from './tell-run.ts';
import { tellUnproposed } from './tell-unproposed.ts';

export interface FollowerOptions {
  readonly runs: () => Runs;
  readonly marks: Marks;
  readonly poster: Poster;
  readonly desk: Pick<Desk, 'onTheWay'>;
  readonly roster: Roster;
  /** Whose runs are told; absent: all. */
  readonly runbooks?: readonly string[] | undefined;
  /** Alarms that nothing was proposed of. */
  readonly unproposed: () => readonly Unproposed[];
  /** Something did not work; it is tried again. */
  readonly onProblem: (problem: unknown) => Promise<void> | void;
  readonly every?: Milliseconds;
}

const longestPause: Milliseconds = 60_000;
/** Stands for all alarms, beside the names of runs. */
const alarms = 'alarms';
/** Runs that came and went between two looks are found by looking at all, now and then. */
const looksBetween = 20;
const enough = 50;

/** Tells the channel what happens in all runs, and goes on where it was. */
export class Follower {
  private readonly options: FollowerOptions;
  private readonly views = new Map<string, RunView>();
  /** Until when runs are left alone of which something does not work. */
  private readonly refused = new Map<string, number>();
  private readonly stopping = new AbortController();
  private nudged = new AbortController();
  private looks = 0;
  private failures = 0;

  constructor(options: FollowerOptions) {
    this.options = options;
  }

  /** A run as it was last seen. */
  readonly view = async (run: string): Promise<RunView> =>
    this.views.get(run) ?? this.options.runs().view(run);

  /** Something changed: look at once. */
  readonly nudge = (): void => this.nudged.abort();

  stop(): void {
    this.stopping.abort();
  }

  /** Looks and tells until it is stopped. */
  async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.nudged = new AbortController();
      const pause = await this.look();
      // Slack that wants to be left alone is, whatever happens meanwhile.
      const wake = this.failures > 0 ? signal : AbortSignal.any([signal, this.nudged.signal]);
      await sleep(pause, undefined, { signal: wake }).catch(() => undefined);
    }
  }

  /** One look at everything; how long to wait for the next. */
  private async look(): Promise<Milliseconds> {
    const { every = 2_000, onProblem } = this.options;
    try {
      await this.tellAlarms();
      await this.tellAll();
      this.failures = 0;
      return every;
    } catch (problem) {
      this.failures += 1;
      await onProblem(problem);
      const wanted = problem instanceof SlackFailure ? problem.retryAfter : undefined;
      return wanted ?? Math.min(every * 2 ** this.failures, longestPause);
    }
  }

  private async tellAlarms(): Promise<void> {
    const { unproposed, onProblem } = this.options;
    if ((this.refused.get(alarms) ?? 0) > Date.now()) return;
    await tellUnproposed(unproposed(), this.options).catch(async (problem: unknown) => {
      if (!(problem instanceof SlackFailure) || problem.refused === undefined) throw problem;
      this.refused.set(alarms, Date.now() + longestPause);
      await onProblem(problem);
    });
  }

  private async tellAll(): Promise<void> {
    const { runbooks } = this.options;
    const { state } = this.options.marks;
    const all = this.looks % looksBetween === 0;
    const there = await this.options.runs().list({ limit: enough, openOnly: !all });
    const found = there.filter(({ runbook }) => runbooks?.includes(runbook) ?? true);
    this.looks += 1;
    const toTell = new Map<string, RunSummary | undefined>();
    for (const [run, mark] of Object.entries(state.runs))
      if (mark.done === undefined) toTell.set(run, undefined);
    for (const run of found)
      if ((run.open || run.startedAt >= state.since) && state.runs[run.run]?.done === undefined)
        toTell.set(run.run, run);
    for (const [run, summary] of [...toTell].toReversed()) {
      if ((this.refused.get(run) ?? 0) > Date.now()) continue;
      await this.tell(run, summary).catch(async (problem: unknown) => {
        // What is wrong with one run must not keep the others from being told.
        if (!isOfOne(problem)) throw problem;
        this.refused.set(run, Date.now() + longestPause);
        await this.options.onProblem(problem);
      });
      if (state.runs[run]?.done !== undefined) this.views.delete(run);
    }
  }

  private async tell(run: string, summary: RunSummary | undefined): Promise<void> {
    const { marks, poster, desk, roster } = this.options;
    const runs = this.options.runs();
    const gone = summary === undefined && (await isTerminated(runs, run));
    if (summary?.status === 'unreachable') return;
    const view = await runs.view(run).catch((failure: unknown) => {
      if (summary || !isGone(failure)) throw failure;
    });
    if (!view) {
      // Its history was deleted, or the service is another one: there is nothing left to tell.
      marks.run(run).done = Date.now();
      return marks.save();
    }
    this.views.set(run, view);
    const onTheWay = (ask: string) => desk.onTheWay(run, ask);
    await tellRun({
      view,
      runs,
      marks,
      poster,
      roster,
      onTheWay,
      gone: gone || summary?.status === 'terminated',
    });
  }
}

const isGone = (problem: unknown): boolean =>
  problem instanceof ClientFailure && problem.code === 'not-found';

/** Neither Slack nor the service is away: it is this run of which something does not work. */
const isOfOne = (problem: unknown): boolean =>
  problem instanceof SlackFailure
    ? problem.refused !== undefined
    : !(problem instanceof ClientFailure) || problem.code === 'not-found' || problem.code === 'refused';

/** A run that is not open any more, though nothing in it says so. */
async function isTerminated(runs: Runs, run: string): Promise<boolean> {
  const known = await runs.summary(run).catch((failure: unknown) => {
    if (!isGone(failure)) throw failure;
  });
  return known?.status === 'terminated';
}
