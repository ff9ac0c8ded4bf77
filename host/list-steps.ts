import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIntent } from './intent.ts';
import { type Observation, observe } from './observe.ts';
import { stepsDirectory, type StepId } from './step-directory.ts';

/** A step directory of this host and how its try stands. */
export interface FoundStep extends StepId {
  readonly action: string;
  readonly directory: string;
  readonly observation: Observation;
}

/** Every try that this host was ever asked to start (an intent was written), with how it stands now. */
export async function listSteps(home: string): Promise<FoundStep[]> {
  const directories = (await namesIn(stepsDirectory(home))).map(async (run) => {
    const below = join(stepsDirectory(home), run);
    return (await namesIn(below)).map((name) => join(below, name));
  });
  const found = (await Promise.all(directories)).flat().map(async (directory) => {
    const intent = await readIntent(directory);
    if (!intent) return [];
    const { run, try: id, action } = intent;
    return [{ run, try: id, action, directory, observation: await observe(directory) }];
  });
  return (await Promise.all(found)).flat();
}

/**
 * The tries that live, or whose end nobody knows, of runs that are not open any more: a run that was terminated
 * leaves its commands at work. They are reported and ended only on order.
 */
export async function orphans(home: string, openRuns: ReadonlySet<string>): Promise<FoundStep[]> {
  const steps = await listSteps(home);
  return steps.filter(
    ({ run, observation }) =>
      !openRuns.has(run) && (observation.state === 'running' || observation.state === 'unknown'),
  );
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
