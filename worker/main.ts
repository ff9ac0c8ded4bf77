import { hostname } from 'node:os';
import { temporalConfig } from '../local/temporal-config.ts';
import { ensureHome } from '../local/home.ts';
import { hostId } from '../local/host-id.ts';
import { ownService, writeServed } from '../local/serves.ts';
import { greeting } from './greeting.ts';
import { workerIdentity } from './worker-identity.ts';
import { runWorker } from './run-worker.ts';

/** The worker process: polls for this host until TERM or INT, then hands over what it observes and ends. */
const home = ensureHome();
const id = hostId(home);
const { connectionOptions, namespace } = temporalConfig();
const address = connectionOptions.address ?? 'localhost:7233';
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());

try {
  const host = { hostId: id, ...workerIdentity(process.env, hostname()) };
  // Whoever looks at the steps of this host asks the service whose they are.
  if (process.env[ownService] === undefined) writeServed(home, { address, namespace });
  process.stderr.write(`${greeting({ ...host, home, namespace, address })}\n`);
  await runWorker({ connectionOptions, namespace, home, ...host, signal: stop.signal });
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The worker ended. Temporal at ${address}, namespace ${namespace}: ${why}\n`);
  process.exit(stop.signal.aborted ? 0 : 7);
}
process.exit(0);
