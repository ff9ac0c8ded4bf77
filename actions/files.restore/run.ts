import { stat } from 'node:fs/promises';
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
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { finishSwap } from '../swap.ts';
import { filesBelow } from '../tree.ts';
import { unpack } from '../unpack.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** Built beside, verified file by file, swapped in last. */
export const run: Run<Input> = async (input, context) => {
  const { backup, destination } = input;
  await finishSwap(destination, context);
  const info = await infoOf(input);
  mustBePoint(input, info);
  const checksums = part(await readChecksums(input.manifest ?? `${baseOf(input)}.sha256`), input);
  const bytes = info.bytes ?? (await sizeOf(backup));
  const fill = async (into: string): Promise<ActionResult> => {
    await unpack(
      { from: backup, only: input.include, into, as: [], onBytes: counter('unpacking', bytes, context) },
      context,
    );
    const onBytes = counter('verifying', bytes, context);
    return resultOf(info, await verifyTree(into, checksums, { signal: context.signal, onBytes }));
  };
  return restoreDirectory({ destination, bytes, fill }, context);
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

/** Of the manifest, what is wanted. @throws ActionFailure where the backup has something of that not at all. */
function part(all: Checksums, { backup, include }: Input): Checksums {
  if (include.length === 0) return all;
  const isIn = (path: string, wanted: string) => path === wanted || path.startsWith(`${wanted}/`);
  const absent = include.filter((wanted) => ![...all.keys()].some((path) => isIn(path, wanted)));
  if (absent.length > 0)
    throw new ActionFailure(
      `The backup ${backup} has no ${absent.join(', no ')}. Nothing was replaced. Look at its manifest.`,
      { kind: 'terminal' },
    );
  return new Map([...all].filter(([path]) => include.some((wanted) => isIn(path, wanted))));
}

export const settle: Settle<Input> = ({ destination }, context) => settleDirectory(destination, context);

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

function resultOf(info: BackupInfo, { files, bytes, newest }: Verified): ActionResult {
  return {
    outputs: { files, bytes, point: info.id, recoveredUpTo: new Date(info.time).toISOString() },
    findings: { value: files, files, bytes, mismatches: 0 },
    found: {
      point: info.id,
      recoveredUpTo: info.time,
      ...(newest !== undefined && { newestRecord: newest }),
    },
  };
}
