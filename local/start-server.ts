import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardedIdentity, lastLines, startGuarded, stopGuarded, type Guarded } from './guarded-process.ts';
import { LocalFailure } from './local-failure.ts';

export interface ServerOptions {
  readonly binary: string;
  /** Of the SQLite file; it belongs to the exact build of the server that made it. */
  readonly database: string;
  /** Used if it is free: clients of a server that died find its successor. */
  readonly port?: number;
}

/**
 * Starts a Temporal server on loopback, waits until it answers and returns its address.
 * Throws a `LocalFailure` where it does not come up, or another server holds the place.
 */
export async function startServer(place: Guarded, options: ServerOptions): Promise<string> {
  const port = await freePort(options.port);
  const identity = await startGuarded(place, [options.binary, ...serverArguments(options.database, port)]);
  if (!identity) throw new LocalFailure(`Another Temporal server runs in ${place.directory}.`);
  const address = `127.0.0.1:${port}`;
  for (const until = Date.now() + 60_000; !(await answers(address)); await sleep(50)) {
    if (!guardedIdentity(place))
      throw new LocalFailure(`The Temporal server ended at once. ${lastLines(place)}`);
    if (Date.now() < until) continue;
    await stopGuarded(place, 1_000);
    throw new LocalFailure(`The Temporal server does not answer. ${lastLines(place)}`);
  }
  return address;
}

/** Whether a Temporal service answers there. */
export async function answers(address: string): Promise<boolean> {
  const { Connection } = await import('@temporalio/client');
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false; // not up, not yet, or no Temporal: the caller asks again or says so
  } finally {
    await connection.close();
  }
}

function serverArguments(database: string, port: number): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
    ...['--db-filename', database, '--log-level', 'error', '--color', 'never'],
    // One sync for a commit instead of three; what was acknowledged survives a loss of power all the same.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    // A chain of steps takes half the time when the server hands the next activity over with the workflow task.
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    // Of decisions that wait for one run at once; by itself it is 10, and the eleventh person would wait for seconds.
    ...['--dynamic-config-value', 'history.maxInFlightUpdates=100'],
  ];
}

/** A port that was ours is most often free again in a moment: clients know that address. */
const patience = 6;

async function freePort(preferred = 0, tries = patience): Promise<number> {
  const probe = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      probe.on('error', reject);
      probe.listen(preferred, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
    });
  } catch (error) {
    if (preferred === 0) throw error;
    if (tries <= 1) return freePort();
    await sleep(500);
    return freePort(preferred, tries - 1);
  } finally {
    probe.close();
  }
}
