import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * The tries that live, or whose end nobody knows, of runs that are not open any more: a run that was terminated
 * leaves its commands at work. They are reported and ended only on order.
 * @param openRuns is asked after the steps were listed, so that the step of a new run is no orphan; not at all where none is under way.
 */
export async function orphans(
  home: string,
  openRuns: () => Promise<ReadonlySet<string>>,
): Promise<FoundStep[]> {
  const steps = (await listSteps(home)).filter(isUnderWay);
  if (steps.length === 0) return [];
  const open = await openRuns();
  return steps.filter(({ run }) => !open.has(run));
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
