import { mkdir, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import {
  ActionFailure,
  type ActionContext,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { type BackupInfo, readBackupInfo } from '../backup-info.ts';
import { type Checksums, readChecksums, type Verified, verifyTree } from '../checksums.ts';
import { runOrFail } from '../child-process.ts';
import { type Beside, besideOf, mustTakeRestore, removeOldBuilds } from '../destination.ts';
import { exists } from '../exists.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import { readMarker, writeMarker } from '../marker.ts';
import { finishSwap, swapIn } from '../swap.ts';
import { filesBelow } from '../tree.ts';
import { unpack } from '../unpack.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** Built beside, verified file by file, swapped in last: until then nothing at the destination has changed. */
export const run: Run<Input> = async (input, context) => {
  const beside = besideOf(input.destination, context);
  await finishSwap(input.destination);
  const base = baseOf(input);
  const info = await infoOf(input);
  mustBePoint(input, info);
  const checksums = await readChecksums(input.manifest ?? `${base}.sha256`);
  const bytes = info.bytes ?? (await sizeOf(input.backup));
  await mustTakeRestore(input.destination, bytes);
  await removeOldBuilds(beside, context.run);
  const verified = await build({ from: input.backup, beside, checksums, bytes }, context);
  const aside = (await exists(input.destination)) ? beside.aside : null;
  const result = resultOf({ destination: input.destination, aside, info, verified });
  await keepResult(result, context);
  await swapIn(beside);
  return result;
};

export const list: List<Input> = async (input) => {
  const { id, time, bytes } = await infoOf(input);
  return [{ id, time, bytes: bytes ?? (await sizeOf(input.backup)), kind: 'copy', copy: input.backup }];
};

const baseOf = ({ backup }: Input): string => backup.replace(/\.(tar|tgz|tar\.gz)$/, '');

const infoOf = (input: Input): Promise<BackupInfo> =>
  readBackupInfo(`${baseOf(input)}.json`, basename(baseOf(input)));

function mustBePoint({ backup, point }: Input, { id }: BackupInfo): void {
  if (point === undefined || point === id) return;
  throw new ActionFailure(
    `${backup} is ${id} now, and ${point} was planned: another backup took its place. Plan anew, or bring the old one back.`,
    { kind: 'terminal' },
  );
}

export const settle: Settle<Input> = async ({ destination }, context) => {
  await finishSwap(destination);
  return (await readMarker(destination))?.try === context.try ? keptResult(context) : 'not-done';
};

async function build(
  { from, beside, checksums, bytes }: { from: string; beside: Beside; checksums: Checksums; bytes: number },
  context: ActionContext,
): Promise<Verified> {
  const into = beside.build;
  try {
    await mkdir(into);
    await writeMarker(into, context);
    await unpack({ from, into, as: [], onBytes: counter('unpacking', bytes, context) }, context);
    const onBytes = counter('verifying', bytes, context);
    const verified = await verifyTree(into, checksums, { signal: context.signal, onBytes });
    await writeMarker(into, context); // Once more: the backup may be of a tree that an earlier run restored.
    await runOrFail(['sync', '--file-system', into], context, { doing: `Writing ${into} to the disk` });
    return verified;
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  }
}

function counter(doing: string, total: number, context: ActionContext): (bytes: number) => void {
  let done = 0;
  return (bytes) => context.progress({ done: (done += bytes), total, unit: 'bytes', doing });
}

/** What is known of its size without unpacking it: of a compressed archive that is too little. */
async function sizeOf(backup: string): Promise<number> {
  const there = await stat(backup).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`There is no backup ${backup} (${cause.code}).`, { cause });
  });
  if (!there.isDirectory()) return there.size;
  let bytes = 0;
  for await (const { size } of filesBelow(backup)) bytes += size;
  return bytes;
}

function resultOf(restored: {
  readonly destination: string;
  readonly aside: string | null;
  readonly info: BackupInfo;
  readonly verified: Verified;
}): ActionResult {
  const { destination, aside, info, verified } = restored;
  const { files, bytes, newest } = verified;
  const point = { point: info.id, recoveredUpTo: new Date(info.time).toISOString() };
  return {
    outputs: { directory: destination, files, bytes, aside, ...point },
    findings: { value: files, files, bytes, mismatches: 0 },
    found: {
      point: info.id,
      recoveredUpTo: info.time,
      ...(newest !== undefined && { newestRecord: newest }),
      made: [destination, ...(aside === null ? [] : [aside])],
    },
  };
}
