import { join } from 'node:path';
import { z } from 'zod';
import type { RecoveryPoint } from '../../core/recovery-point.ts';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { type Checksums, readChecksums, verifyTree } from '../checksums.ts';
import { markerFile } from '../marker.ts';
import { rclone, type Said } from '../rclone/remote.ts';
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { finishSwap } from '../swap.ts';
import { filesBelow } from '../tree.ts';
import { backups, chosen, type Input } from './backups.ts';

/** Copied beside by rclone, verified, swapped in last. */
export const run: Run<Input> = async (input, context) => {
  const { destination } = input;
  await finishSwap(destination, context);
  const point = chosen(input, await backups(input, context));
  const from = `${input.source}${input.source.endsWith(':') ? '' : '/'}${point.id}`;
  const { count, bytes } = await sizeOf(input, from, context);
  if (count === 0)
    throw new ActionFailure(`Nothing of what was asked for is in ${from}. Nothing was replaced.`, {
      kind: 'terminal',
    });
  await mustHoldAll(input, from, context);
  const fill = async (into: string): Promise<ActionResult> => {
    await copy(input, { from, into, bytes }, context);
    const proved = input.verify === 'manifest' ? byManifest : bySource;
    return resultOf(point, await proved(input, { from, into, bytes }, context));
  };
  return restoreDirectory({ destination, bytes, fill }, context);
};

export const settle: Settle<Input> = ({ destination }, context) => settleDirectory(destination, context);

export const list: List<Input> = backups;

interface Copy {
  readonly from: string;
  readonly into: string;
  readonly bytes: number;
}

interface Measured {
  readonly files: number;
  readonly bytes: number;
  readonly newest?: number;
}

/** What rclone calls a symbolic link, where it is told to keep links (`--links`). */
const link = '.rclonelink';

/** The rules by which rclone takes what is asked for: each path as it is, and all that is below it. */
function filtersOf({ include }: Input, links = true): string[] {
  const paths = include.map((path) => `/${path.replace(/[\\*?[\]{}]/g, '\\$&')}`);
  const rules = [
    `- /${markerFile}`, // Of the run that restored what was backed up.
    ...(links ? [] : [`- *${link}`]),
    ...paths.flatMap((path) => [`+ ${path}`, `+ ${path}${link}`, `+ ${path}/**`]),
    ...(paths.length > 0 ? ['- **'] : []),
  ];
  return rules.map((rule) => `--filter=${rule}`);
}

async function sizeOf(
  input: Input,
  from: string,
  context: ActionContext,
): Promise<{ count: number; bytes: number }> {
  const argv = ['size', '--json', '--links', ...filtersOf(input), from];
  const { stdout } = await rclone(input, { doing: `Reading the size of ${from}`, argv }, context);
  return z.object({ count: z.number(), bytes: z.number() }).parse(JSON.parse(stdout.text(4_000)));
}

/** @throws ActionFailure that names what is asked for and has no file there: rclone takes the rest, and says nothing. */
async function mustHoldAll(input: Input, from: string, context: ActionContext): Promise<void> {
  const absent: string[] = [];
  for (const one of input.include) {
    const { count } = await sizeOf({ ...input, include: [one] }, from, context);
    if (count === 0) absent.push(one);
  }
  if (absent.length === 0) return;
  throw new ActionFailure(
    `${from} has no ${absent.join(', no ')}, or no file in it. Nothing was replaced. Look at what is there (rclone lsf).`,
    { kind: 'terminal' },
  );
}

/**
 * Files first, with their modes and times; then what is still missing, the links, without: rclone would set the mode of what a
 * link leads to, wherever that is.
 */
async function copy(input: Input, { from, into, bytes: total }: Copy, context: ActionContext): Promise<void> {
  const tell = (done: number) =>
    context.progress({ done: Math.min(done, total), total, unit: 'bytes', doing: 'copying' });
  const argv = ['copy', '--stats=1s', '--stats-log-level=NOTICE', from, into];
  const onSaid = ({ stats }: Said) => stats && tell(stats.bytes);
  const files = [...argv, '--metadata', '--create-empty-src-dirs', ...filtersOf(input, false)];
  await rclone(input, { doing: `Copying ${from}`, argv: files, onSaid }, context);
  tell(total);
  const links = [...argv, '--links', ...filtersOf(input)];
  await rclone(input, { doing: `Copying the links of ${from}`, argv: links }, context);
}

/** @throws ActionFailure that names what is missing, different, or too much. */
async function byManifest(
  input: Input,
  { from, into, bytes }: Copy,
  context: ActionContext,
): Promise<Measured> {
  const file = join(context.workDirectory, 'manifest.sha256');
  const argv = ['copyto', `${from}.sha256`, file];
  await rclone(input, { doing: `Fetching the manifest ${from}.sha256`, argv }, context);
  let done = 0;
  return verifyTree(into, wantedOf(await readChecksums(file), input), {
    signal: context.signal,
    onBytes: (more) =>
      context.progress({ done: (done += more), total: bytes, unit: 'bytes', doing: 'verifying' }),
  });
}

function wantedOf(all: Checksums, { include }: Input): Checksums {
  const wanted = (path: string) =>
    path !== markerFile && (include.length === 0 || include.some((one) => `${path}/`.startsWith(`${one}/`)));
  return new Map([...all].filter(([path]) => wanted(path)));
}

/** The source is read once more and compared byte by byte; so as many bytes are there as it has. */
async function bySource(input: Input, { from, into }: Copy, context: ActionContext): Promise<Measured> {
  const argv = ['check', '--download', '--links', ...filtersOf(input), from, into];
  context.progress({ doing: 'reading the source once more' });
  await rclone(input, { doing: `Comparing what was copied with ${from}`, argv }, context);
  let [files, bytes, newest] = [0, 0, 0];
  for await (const { path, size, modified } of filesBelow(into)) {
    if (path === markerFile) continue;
    files += 1;
    bytes += size;
    newest = Math.max(newest, modified);
  }
  return { files, bytes, ...(newest > 0 && { newest: Math.floor(newest) }) };
}

const resultOf = ({ id, time }: RecoveryPoint, { files, bytes, newest }: Measured): ActionResult => ({
  outputs: { files, bytes, point: id, recoveredUpTo: new Date(time).toISOString() },
  findings: { value: files, files, bytes, mismatches: 0 },
  found: { point: id, recoveredUpTo: time, ...(newest !== undefined && { newestRecord: newest }) },
});
