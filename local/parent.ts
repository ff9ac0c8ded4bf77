import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundLog } from './bound-log.ts';
import { edgeKeeper, edgeProcesses } from './edges.ts';
import { guardedIdentity, lastLines, startGuarded, stopGuarded, type Guarded } from './guarded-process.ts';
import { ensureHome, ensureProcessDirectory } from './home.ts';
import { keepUp, type Upkeep } from './keep-up.ts';
import { currentBuild, databaseIn, localProcesses, readState, writeState } from './local-state.ts';
import { builtFile } from './package-root.ts';
import { prepareNamespace, type SearchAttributes } from './prepare-namespace.ts';
import { ownIdentity } from './process-identity.ts';
import { ownService } from './serves.ts';
import { answers, startServer } from './start-server.ts';
import { stopChildren, stopClients } from './stop-local.ts';

/** What the parent is told by whoever starts it. */
export interface ParentInput {
  readonly binary: string;
  readonly version: string;
  readonly searchAttributes: SearchAttributes;
}

const lookEveryMs = 250;
const maxLogBytes = 10 * 1024 * 1024;
/** So often in a row something has to be started before that is called trouble. */
const patience = 3;

/** Where the server is, as soon as that is known; its successors are there too, where they can. */
interface Place {
  readonly directory: string;
  address?: string | undefined;
}

/**
 * The parent process: keeps a Temporal server, a worker and the edges alive until `signal`, then ends them. What an
 * earlier parent left behind is taken over; a worker or an edge of another build is replaced.
 */
export async function runParent(input: ParentInput, signal: AbortSignal): Promise<void> {
  const home = ensureHome();
  const directory = ensureProcessDirectory(home);
  const { server, worker } = localProcesses(directory);
  const logs = [server, worker, ...edgeProcesses(directory)];
  const self = { parent: ownIdentity(), build: currentBuild(), version: input.version };
  const place: Place = { directory, address: await takeOver(directory, self.build) };
  const keepServer = serverKeeper(place, input);
  const keepWorker = workerKeeper(place);
  const keepEdges = edgeKeeper({ home, directory }, () => environmentAt(place.address ?? ''));
  while (!signal.aborted) {
    const trouble =
      troubleOf(server, await keepServer(Date.now())) ?? troubleOf(worker, await keepWorker(Date.now()));
    const { address } = place;
    const edgeTroubles = guardedIdentity(server) ? await keepEdges(Date.now()) : {};
    writeState(directory, {
      ...self,
      ...(address && { address }),
      ...(trouble && { trouble }),
      ...(Object.keys(edgeTroubles).length > 0 && { edgeTroubles }),
    });
    for (const { name } of logs) boundLog(join(directory, `${name}.log`), maxLogBytes);
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined); // the signal ends it early
  }
  await stopChildren(directory);
}

function serverKeeper(place: Place, { binary, searchAttributes }: ParentInput) {
  const { server } = localProcesses(place.directory);
  let prepared = false;
  return keepUp({
    isUp: () => prepared && guardedIdentity(server) !== undefined,
    start: async () => {
      prepared = false;
      if (!guardedIdentity(server)) {
        const before = place.address;
        place.address = await startServerAgain(place, binary);
        if (place.address !== before) await stopClients(place.directory, 10_000); // they know the old address only
      }
      await prepare(place.address ?? '', searchAttributes);
      prepared = true;
    },
  });
}

function workerKeeper(place: Place) {
  const { server, worker } = localProcesses(place.directory);
  const argv = [process.execPath, builtFile('worker/main.js')];
  return keepUp({
    isUp: () => guardedIdentity(worker) !== undefined || !guardedIdentity(server),
    start: async () => void (await startGuarded(worker, argv, environmentAt(place.address ?? ''))),
  });
}

/** Keeps what can be kept of an earlier parent's children and ends the rest; returns the server's address. */
async function takeOver(directory: string, build: string): Promise<string | undefined> {
  const { server } = localProcesses(directory);
  const left = readState(directory);
  const address = left?.address;
  const serves = address !== undefined && guardedIdentity(server) !== undefined && (await answers(address));
  if (!serves) await stopGuarded(server, 10_000);
  if (!serves || left?.build !== build) await stopClients(directory, 10_000);
  return address;
}

/** At the address that clients know, where it is free. */
function startServerAgain({ directory, address }: Place, binary: string): Promise<string> {
  const { server } = localProcesses(directory);
  const database = databaseIn(directory);
  return startServer(server, { binary, database, ...(address && { port: Number(address.split(':')[1]) }) });
}

async function prepare(address: string, searchAttributes: SearchAttributes): Promise<void> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address });
  try {
    await prepareNamespace(connection, 'default', searchAttributes);
  } finally {
    await connection.close();
  }
}

/** Children find the server by Temporal's own names; settings for another service do not concern them. */
function environmentAt(address: string): NodeJS.ProcessEnv {
  const home = ensureHome();
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    MUSTER_HOME: home,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: 'default',
    [ownService]: '1',
  };
}

function troubleOf(place: Guarded, { starts, failure }: Upkeep): string | undefined {
  if (starts < patience || (guardedIdentity(place) && !failure)) return undefined;
  return `The ${place.name} does not stay up. ${failure?.message ?? lastLines(place)}`;
}
