import { endedTries } from '../../client/ended-tries.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import { type LeftAside, listSetAside } from '../../host/list-set-aside.ts';
import { type FoundStep, givenUp, isUnderWay, listSteps } from '../../host/list-steps.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';
import { safe } from './live/safe.ts';
import { tell } from './show.ts';
import type { HostStep } from './step-lines.ts';

/** Every step of this host. @throws CliFailure where its directories are somebody else's. */
export const stepsHere = (home: string): Promise<readonly FoundStep[]> => readable(home, listSteps(home));

/** What runs have set aside on this host; of one run where it is named. @throws CliFailure as `stepsHere`. */
export const setAsideHere = (cli: Cli, home: string, run?: string): Promise<readonly LeftAside[]> =>
  readable(
    home,
    listSetAside(home, run, (line) => tell(cli, safe(line))),
  );

async function readable<T>(home: string, looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw cause;
    throw new CliFailure(`The step directories below ${home} cannot be read: ${message}.`, {
      hint: 'Look as the user that the worker runs as; MUSTER_HOME says where its state directory is.',
      cause,
    });
  }
}

/** The ids of all runs that are open: asked after the steps were listed, so that a new run's step is no orphan. */
export async function openRunIds(runs: Runs): Promise<ReadonlySet<string>> {
  const open = await runs.list({ limit: Infinity, openOnly: true });
  return new Set(open.map(({ run }) => run));
}

/** The directories of what is at work here although its run, which is open, goes on without it; a run that says nothing is told. */
export const givenUpHere = (
  runs: Runs,
  steps: readonly FoundStep[],
  open: ReadonlySet<string>,
  tell: (line: string) => void = () => undefined,
): Promise<ReadonlySet<string>> =>
  givenUp(steps, open, async (run, tries) => {
    try {
      return await endedTries((after, limit) => runs.events(run, after, limit), tries);
    } catch (failure) {
      if (!(failure instanceof ClientFailure) || failure.code === 'unreachable') throw failure;
      tell(`Whether ${run} still waits for its steps here nobody can say: ${failure.message}`);
      return new Set();
    }
  });

/** The steps with what is known of their runs, those that need somebody first, then the newest. */
export function withRuns(
  steps: readonly FoundStep[],
  open: ReadonlySet<string> | undefined,
  givenUp: ReadonlySet<string> = new Set(),
): readonly HostStep[] {
  const known = steps.map((step): HostStep => {
    if (!open) return { ...step, orphan: false };
    const isGivenUp = givenUp.has(step.directory);
    const orphan = isGivenUp || (isUnderWay(step) && !open.has(step.run));
    return { ...step, open: open.has(step.run), orphan, ...(isGivenUp && { givenUp: true as const }) };
  });
  const rank = new Map<string, readonly [number, number]>();
  for (const step of known) {
    const [urgent, newest] = rank.get(step.run) ?? [0, 0];
    const mine = step.orphan ? 2 : isUnderWay(step) ? 1 : 0;
    rank.set(step.run, [Math.max(urgent, mine), Math.max(newest, step.since)]);
  }
  const [urgency, time] = [(run: string) => rank.get(run)![0], (run: string) => rank.get(run)![1]];
  return known.toSorted(
    (a, b) =>
      urgency(b.run) - urgency(a.run) ||
      time(b.run) - time(a.run) ||
      (a.run < b.run ? -1 : a.run > b.run ? 1 : 0) ||
      a.since - b.since,
  );
}

/** Whether a failure means that the service is not there, so that only its answer is lacking. */
export const isAway = (failure: unknown): failure is ClientFailure =>
  failure instanceof ClientFailure && failure.code === 'unreachable';
