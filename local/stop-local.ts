import { edgeProcesses } from './edges.ts';
import { guardedIdentity, stopGuarded } from './guarded-process.ts';
import { ensureHome, ensureProcessDirectory } from './home.ts';
import { localProcesses, recordStop, startingOrStopping } from './local-state.ts';
import { withLock } from './lock.ts';

const childGraceMs = 15_000;

/**
 * Stops parent, worker, edges and server of this state directory, and returns which of them ran. Whoever
 * kept them up does not bring them back.
 * Restore commands that are under way are left alone; the next start goes on with them.
 * Throws a `LocalFailure` where a process does not end (about 40 s at the longest).
 */
export async function stopLocal(): Promise<readonly string[]> {
  const directory = ensureProcessDirectory(ensureHome());
  const processes = localProcesses(directory);
  return withLock(startingOrStopping(directory), async () => {
    recordStop(directory);
    const ran = [...Object.values(processes), ...edgeProcesses(directory)].filter(guardedIdentity);
    await stopGuarded(processes.parent, 2 * childGraceMs + 5_000);
    await stopChildren(directory); // of a parent that was killed
    return ran.map(({ name }) => name);
  });
}

/** Ends the children of a parent: those of the server first, so that they can still say goodbye. */
export async function stopChildren(directory: string): Promise<void> {
  await stopClients(directory, childGraceMs);
  await stopGuarded(localProcesses(directory).server, childGraceMs);
}

/** Ends all that are connected to the server: the worker and the edges. */
export async function stopClients(directory: string, graceMs: number): Promise<void> {
  const clients = [localProcesses(directory).worker, ...edgeProcesses(directory)];
  await Promise.all(clients.map((place) => stopGuarded(place, graceMs)));
}
