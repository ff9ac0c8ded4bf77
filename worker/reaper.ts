import { setTimeout as sleep } from 'node:timers/promises';
import { printable, shorten } from '../core/printable.ts';
import { formatDuration, type Milliseconds } from '../core/units.ts';
import { type EndedTries, type Orphaned, orphans } from '../host/list-steps.ts';
import { type Orphan, readOrphanReport, writeOrphanReport } from '../host/orphan-report.ts';

export interface ReaperDependencies {
  readonly home: string;
  /** The ids of the runs that are open. */
  readonly openRuns: () => Promise<ReadonlySet<string>>;
  /** Which of these tries a run has written down as ended. */
  readonly endedTries: EndedTries;
  /** A line for the worker's log. */
  readonly warn: (line: string) => void;
}

/**
 * Reports the steps of this host that no run waits for, because theirs is not open any more or gave them up: each once in the worker's log, all of them
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
    const { home, openRuns, endedTries, warn } = this.#given;
    this.#told ??= new Set(readOrphanReport(home)?.orphans.map(({ directory }) => directory));
    const seen = await orphans(home, openRuns, async (run, tries) =>
      endedTries(run, tries).catch((error: unknown) => {
        warn(silentWords(run, error)); // The other orphans are looked for all the same.
        return new Set<string>();
      }),
    );
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

const toReport = ({ run, try: id, action, directory, since, observation, givenUp }: Orphaned): Orphan => ({
  ...{ run, try: id, action, directory, since },
  ...(givenUp && { givenUp }),
  state: observation.state === 'unknown' ? 'unknown' : 'running',
});

const words = ({ run, try: id, action, since, observation, givenUp }: Orphaned): string =>
  printable(
    `Orphan: the step ${id} (${action}) of ${run} ` +
      `${observation.state === 'unknown' ? 'ended as nobody knows' : 'is at work'}, and ${givenUp ? 'its run gave it up and goes on without it' : 'its run is not open any more'}. ` +
      `It was started at ${new Date(since).toISOString()}. Nobody observes it, and nothing was done about it: \`muster steps\` says what to do.`,
  );

const silentWords = (run: string, error: unknown): string =>
  printable(
    `Whether ${run} still waits for its steps here was not to be found out: ${shorten(error instanceof Error ? error.message : String(error), 1_000)}`,
  );

const failedWords = (error: unknown): string =>
  `Whether steps of this host belong to no open run was not to be found out, which is tried again in ${formatDuration(seldom)}: ` +
  shorten(printable(error instanceof Error ? error.message : String(error)), 1_000);
