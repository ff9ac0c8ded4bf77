import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs, RunSummary } from '../../client/runs.ts';
import { workflowIdOf } from '../../contract/names.ts';
import type { Instant, Milliseconds } from '../../core/units.ts';
import type { RunView } from '../../core/view.ts';
import { musterHome } from '../../local/home.ts';
import { serverSince } from '../../local/local-status.ts';
import { hasEnded } from './live/words.ts';

/** A run that is open, as the list says, or may be, and does not say how it stands. */
export interface SilentRun {
  readonly run: string;
  readonly why: string;
  /** The list does not hold it: this host's record does, and nobody says that it has ended. */
  readonly unlisted?: true;
}

/** What is open: a run that says nothing is no run that has ended. */
export interface OpenRuns {
  readonly views: readonly RunView[];
  readonly silent: readonly SilentRun[];
}

/** Where the record of this host is, since when its own service is up, and how long to wait before the list is asked again. */
export interface Around {
  readonly home: string;
  readonly upSince: Instant | undefined;
  readonly pause: Milliseconds;
}

const enough = 100;
/** For so long after it came up, a list that is empty is not believed by itself. */
const youngFor: Milliseconds = 60_000;
const askedAgain = 6;
/** Of the runs that this host knows by its record and its step directories, so many are asked whether they are open, the newest first. */
const mostRecent = 3;

const aroundHere = (): Around => ({ home: musterHome(), upSince: serverSince(), pause: 500 });

/** The runs that somebody may mean who names none: all that are open, each asked how it stands. */
export async function openRuns(runs: Runs, around = aroundHere()): Promise<OpenRuns> {
  const listed = await runs.list({ limit: enough, openOnly: true });
  if (listed.length > 0) return ask(runs, listed);
  return unlistedRuns(runs, around);
}

/** The same as a list, and what is not known. */
export async function openList(
  runs: Runs,
  limit: number,
  around = aroundHere(),
): Promise<{ readonly runs: readonly RunSummary[]; readonly silent: readonly SilentRun[] }> {
  const listed = await runs.list({ limit, openOnly: true });
  if (listed.length > 0) return { runs: listed, silent: [] };
  const { views, silent } = await unlistedRuns(runs, around);
  return { runs: views.map(summaryOf), silent };
}

/**
 * What is open although the list is empty: the list of a service that has just come up may be behind, so the runs that this
 * host knows of are asked by their ids, and then the list once more.
 */
async function unlistedRuns(runs: Runs, { home, upSince, pause }: Around): Promise<OpenRuns> {
  if (upSince !== undefined && Date.now() - upSince > youngFor) return { views: [], silent: [] };
  const recorded = (await recordedRuns(home)).map((run) => ({ run }));
  const { views, silent } = await ask(runs, recorded);
  const open = views.filter((view) => !hasEnded(view));
  const unlisted = silent.map((one) => ({ ...one, unlisted: true as const }));
  if (open.length > 0 || unlisted.length > 0) return { views: open, silent: unlisted };
  // Where nothing was ever recorded, nothing is behind; a service that is elsewhere did not come up with this call.
  for (let left = recorded.length > 0 && upSince !== undefined ? askedAgain : 0; left > 0; left -= 1) {
    await sleep(pause);
    const listed = await runs.list({ limit: enough, openOnly: true });
    if (listed.length > 0) return ask(runs, listed);
  }
  return { views: [], silent: [] };
}

async function ask(runs: Runs, asked: readonly { readonly run: string }[]): Promise<OpenRuns> {
  const views: RunView[] = [];
  const silent: SilentRun[] = [];
  await Promise.all(
    asked.map(async ({ run }) => {
      try {
        views.push(await runs.view(run));
      } catch (failure) {
        if (!(failure instanceof ClientFailure) || failure.code === 'unreachable') throw failure;
        // What is not found has ended since, or its history is gone.
        if (failure.code !== 'not-found') silent.push({ run, why: failure.message });
      }
    }),
  );
  const order = (run: string) => asked.findIndex((one) => one.run === run);
  return {
    views: views.toSorted((a, b) => order(a.run) - order(b.run)),
    silent: silent.toSorted((a, b) => order(a.run) - order(b.run)),
  };
}

/** The runs that this host has recorded or worked for, the one that was written last first. */
async function recordedRuns(home: string): Promise<string[]> {
  const at = new Map<string, Instant>();
  for (const [folder, file] of [
    ['runs', 'events.jsonl'],
    ['steps', '.'],
  ] as const)
    for (const run of await namesIn(join(home, folder))) {
      const written = await stat(join(home, folder, run, file)).catch(() => undefined); // nothing of it yet
      if (written) at.set(run, Math.max(at.get(run) ?? 0, written.mtimeMs));
    }
  const newest = [...at].toSorted(([, one], [, other]) => other - one);
  return newest.slice(0, mostRecent).map(([run]) => run);
}

/** Nothing where nothing was written here, or it is somebody else's. */
const namesIn = (directory: string): Promise<string[]> => readdir(directory).catch((): string[] => []);

const summaryOf = ({ run, runbook, mode, status, moments }: RunView): RunSummary => ({
  ...{ run, mode, status, runbook: runbook.name, open: true, startedAt: moments.start },
  workflowId: workflowIdOf({ mode, runbook: runbook.name, id: run }),
});

/** What is not known, in words; none where all is known. */
export const silentLines = (silent: readonly SilentRun[]): string[] =>
  silent.map(({ run, why, unlisted }) =>
    unlisted
      ? `It is not known yet whether ${run} is open: nothing says that it has ended, and it does not answer (${why}).`
      : `${run} is open and does not answer yet (${why}).`,
  );
