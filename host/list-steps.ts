import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../actions/process-identity.ts';
import type { Instant } from '../core/units.ts';
import { readIntent, UnreadableIntent } from './intent.ts';
import { logBytes, standsSince } from './look-at-files.ts';
import { type Observation, observe } from './observe.ts';
import { idOf, stepsDirectory, type StepId } from './step-directory.ts';

/** A step directory of this host and how its try stands. */
export interface FoundStep extends StepId {
  readonly action: string;
  /** Its intent cannot be read: whose it is its directory's name says, what it was to do nobody. */
  readonly unreadable?: true;
  readonly directory: string;
  readonly observation: Observation;
  /** Since when it stands so; what nobody knows the end of: when it was started. */
  readonly since: Instant;
  readonly logBytes: number;
  /** Its supervisor itself is alive: only then is the session of its pid certainly its own. */
  readonly supervised: boolean;
}

/**
 * Every try that this host was ever asked to start (an intent was written), with how it stands now. One after
 * the other: a look may start a process, and a host keeps the directories of years.
 */
export async function listSteps(home: string): Promise<FoundStep[]> {
  const found: FoundStep[] = [];
  for (const run of await namesIn(stepsDirectory(home))) {
    const below = join(stepsDirectory(home), run);
    for (const name of await namesIn(below)) {
      const directory = join(below, name);
      const intent = await intentOf(directory, { run: idOf(run), try: idOf(name) });
      if (!intent) continue;
      const { run: of, try: id, action, unreadable } = intent;
      const observation = await observe(directory);
      found.push({
        ...{ run: of, try: id, action, directory, observation },
        ...(unreadable && { unreadable }),
        since: await standsSince(directory, observation),
        logBytes: await logBytes(directory),
        supervised: isSupervised(observation),
      });
    }
  }
  return found;
}

/** One that nobody can read hides no other: its directory's name says whose it is. */
async function intentOf(
  directory: string,
  named: StepId,
): Promise<Pick<FoundStep, keyof StepId | 'action' | 'unreadable'> | undefined> {
  try {
    return await readIntent(directory);
  } catch (error) {
    if (error instanceof UnreadableIntent) return { ...named, action: 'unreadable', unreadable: true };
    throw error;
  }
}

const isSupervised = (seen: Observation): boolean =>
  seen.state === 'running' && seen.process !== undefined && isAlive(seen.process);

/** It lives, or nobody knows its end: what a run that is not open any more would leave behind. */
export const isUnderWay = ({ observation }: FoundStep): boolean =>
  observation.state === 'running' || observation.state === 'unknown';

/** Which of these tries a run has written down as ended. */
export type EndedTries = (run: string, tries: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * The directories of the tries that are at work although their runs, which are open, have written down their end: people gave
 * up their worker host, and the runs go on without them.
 */
export async function givenUp(
  steps: readonly FoundStep[],
  open: ReadonlySet<string>,
  endedTries: EndedTries,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const living = steps.filter(({ run, observation }) => observation.state === 'running' && open.has(run));
  for (const run of new Set(living.map((step) => step.run))) {
    const mine = living.filter((step) => step.run === run);
    const ended = await endedTries(
      run,
      mine.map((step) => step.try),
    );
    for (const { directory, try: id } of mine)
      if (ended.has(id) && (await stillRuns(directory))) found.add(directory);
  }
  return found;
}

/** One may have ended since it was looked at, and its run may have heard of that while its supervisor took leave. */
async function stillRuns(directory: string): Promise<boolean> {
  for (let looks = 0; looks < 2; looks += 1) {
    if (looks > 0) await sleep(300);
    if ((await observe(directory)).state !== 'running') return false;
  }
  return true;
}

/** A try that nobody waits for. */
export interface Orphaned extends FoundStep {
  /** Its run is open and goes on without it. */
  readonly givenUp?: true;
}

/**
 * The tries that live, or whose end nobody knows, of runs that are not open any more: a run that was terminated
 * leaves its commands at work; and those at work that their runs go on without. They are reported and ended only on order.
 * @param openRuns is asked after the steps were listed, so that the step of a new run is no orphan; not at all where none is under way.
 */
export async function orphans(
  home: string,
  openRuns: () => Promise<ReadonlySet<string>>,
  endedTries: EndedTries,
): Promise<Orphaned[]> {
  const steps = (await listSteps(home)).filter(isUnderWay);
  if (steps.length === 0) return [];
  const open = await openRuns();
  const left = await givenUp(steps, open, endedTries);
  return steps.flatMap((step): Orphaned[] => {
    if (left.has(step.directory)) return [{ ...step, givenUp: true }];
    return open.has(step.run) ? [] : [step];
  });
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
