import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findServer } from '../local/find-server.ts';
import { guardedIdentity, stopGuarded } from '../local/guarded-process.ts';
import { startServer } from '../local/start-server.ts';
import { compareRuns } from './compare-runs.ts';
import { comparePlanning } from './planning.ts';
import { shapes } from './shapes.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, shape: { type: 'string' } },
});

/** `npm run bench [-- --quick] [-- --shape NAME]`: ends with 1 where Muster misses a target. */
const directory = mkdtempSync(join(tmpdir(), 'muster-bench-'));
const server = { directory, name: 'temporal-server' };
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().then(() => process.exit(130)));
try {
  const { binary, version } = await findServer({ onProgress: console.error });
  const address = await startServer(server, { binary, database: join(directory, 'temporal.db') });
  const serverPid = guardedIdentity(server)!.pid;
  console.log(`Temporal server ${version}, Node ${process.version}`);
  const wanted = shapes(values.quick).filter(({ name }) => (values.shape ?? name) === name);
  const met: boolean[] = [];
  for (const shape of wanted) met.push(await compareRuns({ address, serverPid, directory }, shape));
  if ((values.shape ?? 'planning') === 'planning') met.push(comparePlanning(directory, values.quick));
  if (!values.quick && met.includes(false)) process.exitCode = 1;
} finally {
  await end();
}

async function end(): Promise<void> {
  await stopGuarded(server, 10_000);
  rmSync(directory, { recursive: true, force: true });
}
