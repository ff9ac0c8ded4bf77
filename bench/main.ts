import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findServer } from '../local/find-server.ts';
import { guardedIdentity, stopGuarded } from '../local/guarded-process.ts';
import { startServer } from '../local/start-server.ts';
import { compareDecisions } from './compare-decisions.ts';
import { comparePlanning } from './compare-planning.ts';
import { compareRestores } from './compare-restores.ts';
import { compareRuns } from './compare-runs.ts';
import { shapes } from './shapes.ts';
import type { Place } from './sides.ts';

/** `npm run bench -- [--quick] [--only PART]`: ends with 1 where Muster misses a target, unless it was quick. */
const { quick, only } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values;

const directory = mkdtempSync(join(tmpdir(), 'muster-bench-'));
const server = { directory, name: 'temporal-server' };
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().then(() => process.exit(130)));
try {
  const { binary, version } = await findServer({ onProgress: console.error });
  const address = await startServer(server, { binary, database: join(directory, 'temporal.db') });
  console.log(`Temporal server ${version}, Node ${process.version}`);
  const met = await compareAll({ address, serverPid: guardedIdentity(server)!.pid, directory });
  if (quick) console.log('\nQuick: it shows that the benchmark works; the sizes are too small to judge by.');
  else if (met.includes(false)) process.exitCode = 1;
} finally {
  await end();
}

async function compareAll(place: Place): Promise<boolean[]> {
  const parts = new Map<string, () => Promise<boolean> | boolean>([
    ...shapes(quick).map((shape) => [shape.name, () => compareRuns(place, shape)] as const),
    ['decisions', () => compareDecisions(place, quick)],
    ['planning', () => comparePlanning(directory, quick)],
    ['restores', () => compareRestores(quick)],
  ]);
  const names = only === undefined ? [...parts.keys()] : [only];
  const met: boolean[] = [];
  for (const name of names) {
    const compare = parts.get(name);
    if (!compare) throw new Error(`There is no part ${name}: there are ${[...parts.keys()].join(', ')}.`);
    met.push(await compare());
  }
  return met;
}

async function end(): Promise<void> {
  await stopGuarded(server, 10_000);
  rmSync(directory, { recursive: true, force: true });
}
