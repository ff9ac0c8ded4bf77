import { mkdirSync, mkdtempSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAction } from '../actions/registry.ts';
import { createPerform } from '../activities/perform.ts';
import { spread, show, table } from './figures.ts';
import { type LargeRestore, ofPgbackrest, ofPgRestore, ofRestic } from './large-restores.ts';

const childArgv = [process.execPath, fileURLToPath(new URL('../actions/child.js', import.meta.url))];

/**
 * Restores a backup by its action, under a supervisor as a worker does it, beside its tool alone: five alternating pairs. Prints
 * what came out. @returns whether the action took at most the tool's own spread and a second more.
 */
export async function compareRestores(quick: boolean): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'muster-bench-restores-'));
  await chmod(root, 0o711);
  const bytes = (quick ? 64 : 1_024) * 1024 ** 2;
  const met: boolean[] = [];
  for (const [name, make] of [
    ['restic', ofRestic],
    ['pgbackrest', ofPgbackrest],
    ['pg_restore', ofPgRestore],
  ] as const) {
    // prettier-ignore
    const source = join(root, name);
    mkdirSync(source);
    const restore: LargeRestore = await make(source, bytes);
    met.push(await compareOne(restore, { root, pairs: quick ? 1 : 5 }));
    await restore.end?.();
  }
  return !met.includes(false);
}

async function compareOne(
  restore: LargeRestore,
  { root, pairs }: { root: string; pairs: number },
): Promise<boolean> {
  const perform = createPerform({
    home: root,
    loadAction,
    childArgv,
    observer: () => ({
      signal: new AbortController().signal,
      heartbeat: () => undefined,
      silence: () => Promise.resolve(),
    }),
  });
  const timed = async (work: (place: string) => Promise<unknown>) => {
    const place = mkdtempSync(join(root, 'place-'));
    await chmod(place, 0o711);
    const began = performance.now();
    await work(place);
    const seconds = (performance.now() - began) / 1_000;
    await restore.remove(place);
    return seconds;
  };
  const [alone, action]: [number[], number[]] = [[], []];
  for (let pair = 1; pair <= pairs; pair += 1) {
    alone.push(await timed((place) => restore.alone(place)));
    action.push(
      await timed(async (place) => {
        const { outcome, found } = await perform({
          ...{
            run: 'bench',
            try: `bench/1/recover/${restore.tool}#${pair}`,
            path: `bench/1/recover/${restore.tool}`,
          },
          call: { action: restore.action, with: restore.with(place), site: 'target' },
          ...{ as: 'do', enter: [], privateNetwork: false, known: {}, touches: 'data', rerun: 'once' },
          timeout: 3_600_000,
        });
        if (outcome !== 'passed') throw new Error(`${restore.action}: ${found.message}`);
      }),
    );
  }
  const [tool, muster] = [spread(alone), spread(action)];
  const allowed = tool.median + (tool.max - tool.min) + 1;
  const met = muster.median <= allowed;
  console.log(`\n${restore.action}, ${restore.bytes / 1024 ** 2} MiB, ${pairs} alternating pairs`);
  console.log(table([['', 'seconds (min / median / max)'], ['the tool alone', show(tool, 2)], ['its action', show(muster, 2)]])); // prettier-ignore
  console.log(
    `at most ${allowed.toFixed(2)} s (the tool's median, its spread and a second): ${met ? 'met' : 'MISSED'}`,
  );
  return met;
}
