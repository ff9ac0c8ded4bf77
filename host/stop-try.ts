import { join } from 'node:path';
import { replaceDurably } from '../actions/durable.ts';
import type { ProcessIdentity } from '../actions/process-identity.ts';
import { endProcesses } from '../actions/processes.ts';
import { livingOf } from './living.ts';
import { readStarted } from './observe.ts';
import { stepFiles } from '../actions/step-files.ts';
import { makeStepDirectory, type StepId } from './step-directory.ts';

/**
 * Stops a try: what has not been started will not be, what lives of it gets TERM and, after the grace, KILL.
 * The order is on the disk first. The supervisor is spared: it writes down how the command ended.
 * @returns what lives even so; empty when nothing does.
 */
export async function stopTry(
  home: string,
  id: StepId,
  graceMs: number,
): Promise<readonly ProcessIdentity[]> {
  const directory = await makeStepDirectory(home, id);
  await replaceDurably(join(directory, stepFiles.stop), `${Date.now()}\n`);
  let supervisor = await readStarted(directory);
  for (;;) {
    const left = await endProcesses(
      () => livingOf(directory, supervisor).filter(({ pid }) => pid !== supervisor?.pid),
      graceMs,
    );
    // A supervisor that had passed the order before it was written has written itself down by the time it started anything.
    const now = await readStarted(directory);
    if (now?.pid === supervisor?.pid) return left;
    supervisor = now;
  }
}
