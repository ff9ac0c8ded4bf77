import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { exists } from '../exists.ts';
import { markerFile, writeMarker } from '../marker.ts';
import { restic, type Snapshot, snapshots } from '../restic/repository.ts';
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { finishSwap } from '../swap.ts';
import { filesBelow } from '../tree.ts';
import { damageAlarm } from './damage-alarm.ts';
import type { description } from './describe.ts';
import { mustHold } from './must-hold.ts';
import { watchRestore } from './progress.ts';

type Input = z.output<typeof description.input>;

/** Restored beside by restic, which reads back what it wrote; swapped in last. */
export const run: Run<Input> = async (input, context) => {
  const { destination } = input;
  await finishSwap(destination, context);
  const { snapshot, size } = await snapshotAndSize(input, context);
  const path = pathIn(snapshot, input);
  const whole = input.include.length === 0 && snapshot.paths.length === 1 && snapshot.paths[0] === path;
  const wanted = input.include.length > 0 ? input.include.map((one) => join(path, one)) : [path];
  // What the snapshot itself says that it is of need not be looked for in it.
  await mustHold(
    input,
    snapshot,
    wanted.filter((one) => !snapshot.paths.includes(one)),
    context,
  );
  const fill = (into: string) => restore({ input, snapshot, path, wanted, into, size, whole }, context);
  return restoreDirectory({ destination, bytes: size.bytes, fill }, context);
};

export const settle: Settle<Input> = ({ destination }, context) => settleDirectory(destination, context);

export const list: List<Input> = async (input, context) => {
  const found = await snapshots(input, input, context);
  return found
    .filter(({ paths }) => input.path === undefined || paths.some((path) => holds(path, input.path!)))
    .map(({ id, time, summary }) => ({
      id,
      time: Date.parse(time),
      ...(summary && { bytes: summary.total_bytes_processed }),
      kind: 'snapshot',
      copy: input.repository,
    }));
};

const holds = (path: string, wanted: string): boolean =>
  wanted === path || path === '/' || wanted.startsWith(`${path}/`);

/** Every opening of a repository derives its key, half a second each: where a plan has pinned the snapshot, both are asked at once. */
async function snapshotAndSize(
  input: Input,
  context: ActionContext,
): Promise<{ snapshot: Snapshot; size: Size }> {
  const { snapshot: wanted } = input;
  const pinned = wanted === undefined || wanted === 'latest' ? undefined : sizeOf(input, wanted, context);
  const [all] = await Promise.allSettled([snapshots(input, input, context), pinned]);
  if (all.status === 'rejected') throw all.reason;
  const snapshot = chosen(input, all.value);
  return { snapshot, size: await (pinned ?? sizeOf(input, snapshot.id, context)) };
}

function chosen({ snapshot, repository }: Input, all: readonly Snapshot[]): Snapshot {
  const wanted = snapshot === undefined || snapshot === 'latest' ? undefined : snapshot;
  const found = wanted === undefined ? all.at(-1) : all.find(({ id }) => id.startsWith(wanted));
  if (found) return found;
  const newest = all.at(-1);
  const there = newest ? `The newest is ${newest.short_id} of ${newest.time}` : 'It has none that fits';
  throw new ActionFailure(
    `${repository} has no snapshot ${wanted ?? 'of that host and those tags'}. ${there}. Plan anew, or name another one.`,
    { kind: 'terminal' },
  );
}

function pathIn({ paths, short_id }: Snapshot, { path }: Input): string {
  if (path !== undefined && paths.some((one) => holds(one, path))) return path;
  const [only, ...more] = paths;
  if (path === undefined && only !== undefined && more.length === 0) return only;
  throw new ActionFailure(
    `The snapshot ${short_id} holds ${paths.join(', ')}${path === undefined ? ': say which by `path`' : `, and no ${path}`}.`,
    { kind: 'terminal' },
  );
}

interface Size {
  readonly bytes: number;
  readonly files: number;
}

async function sizeOf(input: Input, id: string, context: ActionContext): Promise<Size> {
  const argv = ['stats', '--json', '--no-lock', '--mode', 'restore-size', id];
  const doing = `Reading the size of ${id.slice(0, 8)}`;
  const { stdout } = await restic(input, { doing, argv, onLine: () => undefined }, context);
  const { total_size: bytes, total_file_count: files } = z
    .object({ total_size: z.number(), total_file_count: z.number() })
    .parse(JSON.parse(stdout.text(4_000)));
  return { bytes, files };
}

interface Restoring {
  readonly input: Input;
  readonly snapshot: Snapshot;
  readonly path: string;
  /** All that is restored, as paths and patterns of restic; each is in the snapshot. */
  readonly wanted: readonly string[];
  readonly into: string;
  readonly size: Size;
  /** Nothing of the snapshot is left out. */
  readonly whole: boolean;
}

/** restic puts files at their whole path below the target; the directory that is wanted is lifted out of that. */
async function restore(restoring: Restoring, context: ActionContext): Promise<ActionResult> {
  const { input, snapshot, path, wanted, into, size } = restoring;
  const tree = `${into}-tree`;
  const argv = [
    'restore',
    snapshot.id,
    '--target',
    tree,
    '--verify',
    ...wanted.flatMap((one) => ['--include', one]),
  ];
  const watch = watchRestore(tree, size.bytes, context);
  const alarm = damageAlarm();
  const onLine = (line: string) => {
    watch.line(line);
    alarm.line(line);
  };
  const signal = AbortSignal.any([context.signal, alarm.signal]);
  const call = {
    doing: `Restoring the snapshot ${snapshot.short_id}`,
    argv: [...argv, ...watch.options],
    onLine,
  };
  try {
    await restic(input, call, { ...context, signal });
    context.progress({ done: size.bytes, total: size.bytes, unit: 'bytes', doing: 'restoring' });
    await lift(join(tree, path), into, snapshot);
  } finally {
    watch.end();
    await rm(tree, { recursive: true, force: true });
  }
  const result = await measured(restoring);
  await writeMarker(into, context);
  return result;
}

async function lift(from: string, into: string, { short_id }: Snapshot): Promise<void> {
  if (!(await exists(from)))
    throw new ActionFailure(`Nothing of what was asked for is in the snapshot ${short_id}.`, {
      kind: 'terminal',
    });
  await rm(into, { recursive: true });
  await rename(from, into);
}

async function measured({ snapshot, into, size, whole }: Restoring): Promise<ActionResult> {
  let [files, bytes, newest, ofMarker] = [0, 0, 0, 0];
  for await (const { size: of, modified, path } of filesBelow(into)) {
    if (path === markerFile) {
      ofMarker = of; // The snapshot is of a tree that was restored once before.
      continue;
    }
    files += 1;
    bytes += of;
    newest = Math.max(newest, modified);
  }
  if (whole && bytes + ofMarker !== size.bytes)
    throw new ActionFailure(
      `The snapshot ${snapshot.short_id} has ${size.bytes} bytes, and ${bytes} came back. Nothing was replaced.`,
    );
  const upTo = Date.parse(snapshot.time);
  return {
    outputs: { files, bytes, point: snapshot.id, recoveredUpTo: new Date(upTo).toISOString() },
    findings: { value: files, files, bytes },
    found: {
      point: snapshot.id,
      recoveredUpTo: upTo,
      ...(newest > 0 && { newestRecord: Math.floor(newest) }),
    },
  };
}
