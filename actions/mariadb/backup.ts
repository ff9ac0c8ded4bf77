import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { ActionFailure } from '../action.ts';
import { readBackupInfo } from '../backup-info.ts';
import { exists } from '../exists.ts';

/** A place in the binary log. */
export interface BinlogPosition {
  readonly file: string;
  readonly at: number;
}

/** One directory that mariabackup has made, by what it says of itself. */
export interface Backup {
  readonly id: string;
  readonly directory: string;
  readonly full: boolean;
  /** Log sequence numbers of InnoDB: it holds what was changed from the first to the second. */
  readonly fromLsn: number;
  readonly toLsn: number;
  readonly lastLsn: number;
  /** What was committed by then is in it. */
  readonly time: Instant;
  /** Major and minor version of the server. */
  readonly version: string;
  /** Where the binary log goes on; absent where the server kept none. */
  readonly position?: BinlogPosition;
  /** A manifest of sha256sum beside it. */
  readonly checksums?: string;
}

/**
 * Reads `xtrabackup_checkpoints`, `xtrabackup_info` and `xtrabackup_binlog_info` of a backup. Its time is that of `ID.json` beside it, or
 * else its `end_time`, read in the time zone of this host, because the tool writes none.
 * @throws ActionFailure where one is missing or says that the backup is not one to be prepared whole.
 */
export async function readBackup(directory: string): Promise<Backup> {
  const id = basename(directory);
  const checkpoints = await fieldsOf(directory, 'xtrabackup_checkpoints');
  const info = await fieldsOf(directory, 'xtrabackup_info');
  mustBeWhole(id, info);
  const [fromLsn, toLsn, lastLsn] = ['from_lsn', 'to_lsn', 'last_lsn'].map((key) => Number(checkpoints[key]));
  const version = /^\d+\.\d+/.exec(info['server_version'] ?? '')?.[0];
  const kind = checkpoints['backup_type'] ?? '';
  if (![fromLsn, toLsn, lastLsn].every(Number.isSafeInteger) || !version || !kinds.includes(kind))
    throw notWhole(id, `its metadata says backup_type ${kind}, server_version ${info['server_version']}`);
  const position = await positionOf(directory);
  const checksums = `${directory}.sha256`;
  return {
    ...{ id, directory, full: kind === kinds[0], version },
    ...{ fromLsn: fromLsn ?? 0, toLsn: toLsn ?? 0, lastLsn: lastLsn ?? 0 },
    time: await timeOf(directory, info['end_time'] ?? ''),
    ...(position && { position }),
    ...((await exists(checksums)) && { checksums }),
  };
}

/** What was prepared already cannot be told from what was damaged. */
const kinds = ['full-backuped', 'incremental'];

function mustBeWhole(id: string, info: Readonly<Record<string, string>>): void {
  const { partial = 'N', compressed = 'N', format = 'file' } = info;
  if (partial !== 'N') throw notWhole(id, 'it is of a part of the server only (partial = Y)');
  if (compressed !== 'N' || format !== 'file')
    throw notWhole(id, `it is compressed or a stream (format = ${format}): unpack it first, by mbstream`);
}

async function fieldsOf(directory: string, name: string): Promise<Record<string, string>> {
  const text = await readFile(join(directory, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw notWhole(basename(directory), `its ${name} cannot be read (${cause.code})`, cause);
  });
  const lines = text.split('\n').map((line) => /^(\w+) = (.*)$/.exec(line) ?? []);
  return Object.fromEntries(
    lines.flatMap(([, key, value]) => (key === undefined ? [] : [[key, value ?? '']])),
  );
}

async function positionOf(directory: string): Promise<BinlogPosition | undefined> {
  const file = join(directory, 'xtrabackup_binlog_info');
  if (!(await exists(file))) return undefined;
  const [, name, at] = /^(\S+)\t(\d+)/.exec(await readFile(file, 'utf8')) ?? [];
  if (name === undefined) throw notWhole(basename(directory), 'its xtrabackup_binlog_info names no place');
  return { file: name, at: Number(at) };
}

async function timeOf(directory: string, written: string): Promise<Instant> {
  const beside = `${directory}.json`;
  if (await exists(beside)) return (await readBackupInfo(beside, basename(directory))).time;
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(written) ? Date.parse(written.replace(' ', 'T')) : NaN;
  if (Number.isNaN(time)) throw notWhole(basename(directory), 'its xtrabackup_info has no end_time');
  return time;
}

const notWhole = (id: string, why: string, cause?: unknown) =>
  new ActionFailure(`The backup ${id} cannot be restored: ${why}. Nothing was replaced. Restore another.`, {
    cause,
    kind: 'terminal',
  });
