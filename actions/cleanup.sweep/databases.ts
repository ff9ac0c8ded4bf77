import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { replaceDurably } from '../durable.ts';
import {
  databasesFile,
  databasesOf,
  dropDatabase,
  ownNetwork,
  readDatabases,
  type RecordedDatabase,
} from '../postgres/marked-database.ts';
import { withSession } from '../postgres/session.ts';
import { noteSetAside } from '../set-aside.ts';
import { stepFiles } from '../step-files.ts';

export interface SweptDatabases {
  readonly removed: number;
  /** What is left, and why. */
  readonly left: readonly string[];
  /** Every database that was looked at, as `made` names it. */
  readonly places: ReadonlySet<string>;
}

/** How long a server may take that may be gone by now, in milliseconds. */
const serverMs = 30_000;

/** Drops the databases that steps of the run have recorded, where they bear its marker. */
export async function sweepDatabases(
  context: Pick<ActionContext, 'run' | 'try' | 'workDirectory' | 'runDirectory' | 'signal' | 'log'>,
): Promise<SweptDatabases> {
  const [left, places] = [new Set<string>(), new Set<string>()];
  let removed = 0;
  for (const entry of await readdir(context.runDirectory, { withFileTypes: true })) {
    const work = join(context.runDirectory, entry.name, stepFiles.work);
    const recorded = entry.isDirectory() ? await readDatabases(work, context.log) : [];
    const after: RecordedDatabase[] = [];
    for (const one of recorded) {
      places.add(one.place);
      const outcome = one.swept ? 'gone' : await sweep(one, context);
      if (outcome === 'removed') {
        removed += 1;
        await noteSetAside(
          { kind: 'database', place: one.place, replaced: one.database, gone: true },
          context,
        );
      }
      if (outcome !== 'gone' && outcome !== 'removed') left.add(`${one.place}: ${outcome}`);
      after.push({ ...one, swept: outcome === 'removed' || outcome === 'gone' });
    }
    // Their server may be ended by this very sweep: the next one could not look any more.
    if (after.length > 0) await replaceDurably(join(work, databasesFile), linesOf(after));
  }
  return { removed, left: [...left], places };
}

const linesOf = (all: readonly object[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');

/** @returns `removed`, `gone` where nothing is there, or why it was left. */
async function sweep(
  { connection, database, network }: RecordedDatabase,
  { run, signal }: Pick<ActionContext, 'run' | 'signal'>,
): Promise<string> {
  const limited = { signal: AbortSignal.any([signal, AbortSignal.timeout(serverMs)]) };
  try {
    return await withSession({ connection }, limited, async (session) => {
      const all = await databasesOf(session);
      if (!all.has(database)) return 'gone';
      const marker = all.get(database);
      if (marker?.run !== run)
        return marker ? `it bears the marker of run ${marker.run}` : 'it bears no marker';
      await dropDatabase(session, database);
      return 'removed';
    });
  } catch (error) {
    signal.throwIfAborted();
    // A server inside the run's private network ends with it, and its directories are looked at by themselves.
    if (network !== ownNetwork()) return 'gone';
    return error instanceof Error ? error.message : String(error);
  }
}
