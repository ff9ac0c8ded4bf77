import { guardedIdentity, stopGuarded } from './guarded-process.ts';
import { ensureHome, ensureProcessDirectory } from './home.ts';
import { localProcesses, recordStop, startingOrStopping } from './local-state.ts';
import { withLock } from './lock.ts';

const childGraceMs = 15_000;

/**
 * Stops parent, worker and server of this state directory, in this order, and returns which of them ran. Whoever
 * kept them up does not bring them back.
 * Restore commands that are under way are left alone; the next start goes on with them.
 * Throws a `LocalFailure` where a process does not end (about 40 s at the longest).
 */
export async function stopLocal(): Promise<readonly string[]> {
  const directory = ensureProcessDirectory(ensureHome());
  const processes = localProcesses(directory);
  return withLock(startingOrStopping(directory), async () => {
    recordStop(directory);
    const ran = Object.values(processes).filter(guardedIdentity);
    await stopGuarded(processes.parent, 2 * childGraceMs + 5_000);
    await stopChildren(directory); // of a parent that was killed
    return ran.map(({ name }) => name);
  });
}

/** Ends worker and server; the worker first, so that it can still say goodbye. */
export async function stopChildren(directory: string): Promise<void> {
  const { server, worker } = localProcesses(directory);
  for (const place of [worker, server]) await stopGuarded(place, childGraceMs);
}
