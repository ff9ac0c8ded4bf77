import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { mustHoldSome } from '../left-out.ts';
import { readBackupInfo } from '../backup-info.ts';
import { runChild, runOrFail } from '../child-process.ts';
import { etcdctlExits } from './exits.ts';

/** A snapshot that was read from its first byte to its checksum. */
export interface CheckedSnapshot {
  readonly file: string;
  readonly id: string;
  readonly time: Instant;
  readonly bytes: number;
  /** The revision of the store when it was taken. */
  readonly revision: number;
  /** How many keys it holds, where the file beside it says so. */
  readonly keys?: number;
  readonly sealed: boolean;
}

/** As etcd tells it: the database is a multiple of 512 bytes, and `snapshot save` puts its SHA-256 behind it. */
const page = 512;
const sealLength = 32;

/** The snapshot files that a path means: itself, or those of a directory. */
export async function snapshotFiles(backup: string): Promise<string[]> {
  const there = await stat(backup).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`There is no backup ${backup} (${cause.code}).`, { cause, kind: 'terminal' });
  });
  if (!there.isDirectory()) return [backup];
  const names = (await readdir(backup)).filter((name) => name.endsWith('.db'));
  mustHoldSome(names, 'file *.db', backup);
  return names.map((name) => join(backup, name));
}

export const pointId = (file: string): string => basename(file, '.db');

/** When it was taken: the snapshot itself bears no time, so a file beside it has to say. */
export const infoOf = (file: string) => readBackupInfo(`${file.replace(/\.db$/, '')}.json`, pointId(file));

/**
 * Reads a snapshot to its end and compares the checksum that stands there, then asks the tool what it holds.
 * @throws ActionFailure where it is cut off, altered or no snapshot at all, or has no checksum and `unsealed` is not set.
 */
export async function checkSnapshot(
  file: string,
  unsealed: boolean,
  context: ActionContext,
): Promise<CheckedSnapshot> {
  const { time, keys } = await infoOf(file);
  const { size } = await stat(file);
  const sealed = size > sealLength && size % page === sealLength;
  if (sealed) await mustBearItsSeal(file, size, context);
  else if (!unsealed || size === 0 || size % page !== 0) throw withoutSeal(file, size);
  const revision = await revisionOf(file, context);
  const id = pointId(file);
  return { file, id, time, bytes: size, revision, sealed, ...(keys !== undefined && { keys }) };
}

async function mustBearItsSeal(file: string, size: number, context: ActionContext): Promise<void> {
  const [hash, end] = [createHash('sha256'), size - sealLength];
  let done = 0;
  await pipeline(
    createReadStream(file, { end: end - 1, highWaterMark: 1024 * 1024 }),
    async function* counted(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        context.progress({ done: (done += chunk.length), total: end, unit: 'bytes', doing: 'verifying' });
        yield chunk;
      }
    },
    hash,
    { signal: context.signal },
  );
  if (hash.digest().equals(await bytesAt(file, end))) return;
  throw damaged(file, 'its SHA-256 is not the one that stands at its end');
}

async function bytesAt(file: string, position: number): Promise<Buffer> {
  const opened = await open(file);
  try {
    return (await opened.read(Buffer.alloc(sealLength), 0, sealLength, position)).buffer;
  } finally {
    await opened.close();
  }
}

/** `etcdutl` from etcd 3.5 on, where `etcdctl` has lost its `snapshot status` and `restore` (3.6). */
export async function snapshotTool(context: ActionContext): Promise<string> {
  const quiet = { ...context, log: () => undefined };
  const { exit } = await runChild(['sh', '-c', 'command -v etcdutl'], quiet);
  return exit === 0 ? 'etcdutl' : 'etcdctl';
}

async function revisionOf(file: string, context: ActionContext): Promise<number> {
  const argv = [await snapshotTool(context), 'snapshot', 'status', file, '--write-out=json'];
  const { exit, stdout, stderr } = await runChild(argv, context, { env: { ETCDCTL_API: '3' } });
  const revision = Number(/"revision":(\d+)/.exec(stdout.text(1_000))?.[1]);
  if (exit === 0 && revision > 0) return revision;
  throw damaged(file, `${argv[0]} says: ${stderr.text(500).trim() || stdout.text(500).trim()}`);
}

/** Makes a new member of a snapshot in a directory that is not there yet; the tool compares the checksum once more. */
export async function restoreSnapshot(
  { file, sealed }: CheckedSnapshot,
  options: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<void> {
  const more = sealed ? {} : { 'skip-hash-check': 'true' };
  const flags = Object.entries({ ...options, ...more }).map(([name, value]) => `--${name}=${value}`);
  const argv = [await snapshotTool(context), 'snapshot', 'restore', file, ...flags];
  const env = { ETCDCTL_API: '3' };
  await runOrFail(argv, context, { doing: `Restoring ${file}`, env, codes: etcdctlExits });
}

const damaged = (file: string, why: string) =>
  new ActionFailure(
    `The snapshot ${file} is damaged, or none: ${why}. Nothing was replaced. Restore another.`,
    {
      kind: 'terminal',
    },
  );

const withoutSeal = (file: string, size: number) =>
  new ActionFailure(
    `The snapshot ${file} (${size} bytes) does not end with a SHA-256: it is cut off, or was copied out of a data directory and not made by \`etcdctl snapshot save\`. Nothing was replaced. Restore another; \`unsealed: true\` takes such a copy unchecked.`,
    { kind: 'terminal' },
  );
