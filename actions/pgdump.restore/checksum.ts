import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ActionContext, ActionFailure } from '../action.ts';
import { readChecksums, sha256, verifyTree } from '../checksums.ts';
import { exists } from '../exists.ts';
import { type Dump, stemOf } from './archive.ts';

/**
 * Reads the dump and compares it with `NAME.sha256` beside it, where there is one: in a dump without compression nothing else
 * would show that a bit has flipped.
 * @throws ActionFailure that names what is different.
 */
export async function verifyDump({ path, bytes }: Dump, context: ActionContext): Promise<boolean> {
  const manifest = `${stemOf(path)}.sha256`;
  if (!(await exists(manifest))) return false;
  const checksums = await readChecksums(manifest);
  let done = 0;
  const watch = {
    signal: context.signal,
    onBytes(read: number) {
      done += read;
      context.progress({ done, total: bytes, unit: 'bytes', doing: 'verifying the dump' });
    },
  };
  if ((await stat(path)).isDirectory()) {
    await verifyTree(path, checksums, watch);
    return true;
  }
  const [expected] = [checksums.get(basename(path)) ?? [...checksums.values()][0]];
  if ((await sha256(path, watch)) === expected) return true;
  throw new ActionFailure(
    `The dump ${path} is not what ${manifest} says: it was altered, or cut off. Nothing was made. Take another dump.`,
    { kind: 'terminal' },
  );
}
