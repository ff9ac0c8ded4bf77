import { hostname } from 'node:os';
import { temporalConfig } from '../local/temporal-config.ts';
import { ensureHome } from '../local/home.ts';
import { hostId } from '../local/host-id.ts';
import { runWorker } from './run-worker.ts';

/** The worker process: polls for this host until TERM or INT, then hands over what it observes and ends. */
const home = ensureHome();
const id = hostId(home);
const { connectionOptions, namespace } = temporalConfig();
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());

await runWorker({
  connectionOptions,
  namespace,
  home,
  hostId: id,
  hostName: hostname(),
  signal: stop.signal,
});
process.exit(0);
