import { setTimeout as sleep } from 'node:timers/promises';
import { printable, shorten } from '../core/printable.ts';
import { formatDuration, type Milliseconds } from '../core/units.ts';
import { type FoundStep, orphans } from '../host/list-steps.ts';
import { type Orphan, readOrphanReport, writeOrphanReport } from '../host/orphan-report.ts';

export interface ReaperDependencies {
  readonly home: string;
  /** The ids of the runs that are open. */
  readonly openRuns: () => Promise<ReadonlySet<string>>;
  /** A line for the worker's log. */
  readonly warn: (line: string) => void;
}

/**
 * Reports the steps of this host that runs which are not open any more have left: each once in the worker's log, all of them
 * in the state directory. It ends, deletes and starts nothing.
 */
export class Reaper {
  readonly #given: ReaperDependencies;
  /** The directories of the orphans of the last look. */
  #last: ReadonlySet<string> = new Set();
  /** Those that were told of; undefined before the first look. */
  #told: ReadonlySet<string> | undefined;

  constructor(given: ReaperDependencies) {
    this.#given = given;
  }

  /**
   * Looks once. Temporal's list lags behind, for a run that was just started or continues as new: a step is an orphan that is
   * one at two looks in a row.
   * @returns whether one was seen for the first time, so that another look is due soon.
   */
  async look(): Promise<boolean> {
    const { home, openRuns, warn } = this.#given;
    this.#told ??= new Set(readOrphanReport(home)?.orphans.map(({ directory }) => directory));
    const seen = await orphans(home, openRuns);
    const sure = seen.filter(({ directory }) => this.#last.has(directory) || this.#told?.has(directory));
    for (const orphan of sure) if (!this.#told.has(orphan.directory)) warn(words(orphan));
    this.#last = new Set(seen.map(({ directory }) => directory));
    this.#told = new Set(sure.map(({ directory }) => directory));
    await writeOrphanReport(home, { format: 1, lookedAt: Date.now(), orphans: sure.map(toReport) });
    return sure.length < seen.length;
  }
}

const often: Milliseconds = 60_000;
const seldom: Milliseconds = 300_000;

/** Looks at once and then every few minutes until `signal` is aborted. That a look fails is a line in the log, and no more. */
export async function reap(given: ReaperDependencies, signal: AbortSignal): Promise<void> {
  const reaper = new Reaper(given);
  while (!signal.aborted) {
    const pause = await reaper.look().then(
      (again) => (again ? often : seldom),
      (error: unknown) => {
        if (!signal.aborted) given.warn(failedWords(error));
        return seldom;
      },
    );
    await sleep(pause, undefined, { signal }).catch(() => undefined); // Told to end.
  }
}

const toReport = ({ run, try: id, action, directory, since, observation }: FoundStep): Orphan => ({
  ...{ run, try: id, action, directory, since },
  state: observation.state === 'unknown' ? 'unknown' : 'running',
});

const words = ({ run, try: id, action, since, observation }: FoundStep): string =>
  printable(
    `Orphan: the step ${id} (${action}) of ${run} ` +
      `${observation.state === 'unknown' ? 'ended as nobody knows' : 'is at work'}, and its run is not open any more. ` +
      `It was started at ${new Date(since).toISOString()}. Nobody observes it, and nothing was done about it: \`muster steps\` says what to do.`,
  );

const failedWords = (error: unknown): string =>
  `Whether steps of this host belong to no open run was not to be found out, which is tried again in ${formatDuration(seldom)}: ` +
  shorten(printable(error instanceof Error ? error.message : String(error)), 1_000);
