import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import type { BinlogPosition } from './backup.ts';
import { scanLog, type ScannedLog } from './scan-binlog.ts';

/** The binary logs that are replayed on a backup, all of them read and found whole. */
export interface BinlogRange {
  readonly files: readonly string[];
  /** Where the first one is begun. */
  readonly start: number;
  /** Options of mariadb-binlog that end the replay; none: the end of the last log. */
  readonly stop: readonly string[];
  readonly stoppedAt: 'target' | 'end of binary logs';
  readonly lastEvent?: Instant;
  readonly lastCommit?: Instant;
}

/** @returns the names of the logs of a directory by their numbers; none where there is no such directory. */
async function binlogNames(directory: string, like: string): Promise<Map<number, string>> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new ActionFailure(`The binary logs in ${directory} cannot be read (${cause.code}).`, { cause });
  });
  const prefix = like.replace(/\d+$/, '');
  const logs = names.filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)));
  return new Map(logs.map((name) => [numberOf(name), name]));
}

/** When the newest log that goes on from a backup was last written; undefined where there is none. */
export async function newestLogTime(
  directory: string,
  { file }: BinlogPosition,
): Promise<Instant | undefined> {
  const names = await binlogNames(directory, file);
  const newest = names.get(Math.max(...names.keys()));
  if (newest === undefined || Math.max(...names.keys()) < numberOf(file)) return undefined;
  return Math.floor((await stat(join(directory, newest))).mtimeMs);
}

const numberOf = (name: string) => Number(/\d+$/.exec(name)?.[0]);

/**
 * Reads the logs from where a backup ends up to the target, or to the last one. Nothing is replayed of a range with a hole: one
 * log that is missing, damaged, or does not begin with the transaction that the one before ends with.
 * @param target everything before this second is wanted; absent: all.
 * @throws ActionFailure that names the log. Half an event at the very end is where an interrupted copy ends, and is said in the log.
 */
export async function readRange(
  directory: string,
  { position, target }: { readonly position: BinlogPosition; readonly target?: Instant | undefined },
  context: ActionContext,
): Promise<BinlogRange | undefined> {
  const names = await binlogNames(directory, position.file);
  if (names.size === 0) return undefined;
  const stop = target === undefined ? [] : [`--stop-datetime=${inUtc(target)}`];
  const [first, newest] = [numberOf(position.file), Math.max(...names.keys())];
  if (newest < first) throw hole(position.file, 'is missing, and the backup ends there');
  const scanned: ScannedLog[] = [];
  for (let number = first; number <= newest; number += 1) {
    const name = names.get(number);
    if (name === undefined) throw hole(nameOf(position.file, number), 'is missing', scanned.at(-1));
    context.progress({ done: number - first, total: newest - first + 1, unit: 'files', doing: 'reading binary logs' }); // prettier-ignore
    const from = number === first ? position.at : 0;
    const log = await scanLog(join(directory, name), { from, stop }, context.signal);
    mustGoOnFrom(scanned.at(-1), log, name);
    scanned.push(log);
    if (log.reached) break;
    if (log.isCutOff && number < newest) throw hole(name, 'is cut off', scanned.at(-2));
  }
  return rangeOf(scanned, { start: position.at, stop }, context);
}

function rangeOf(
  scanned: readonly ScannedLog[],
  { start, stop }: { readonly start: number; readonly stop: readonly string[] },
  context: ActionContext,
): BinlogRange {
  const last = scanned.at(-1);
  if (last?.isCutOff)
    context.log(`${last.file} ends within a transaction: it is replayed up to its byte ${last.end}.`);
  const [lastEvent, lastCommit] = (['lastEvent', 'lastCommit'] as const).map(
    (key) => scanned.map((log) => log[key]).filter((time) => time !== undefined).at(-1), // prettier-ignore
  );
  return {
    files: scanned.map(({ file }) => file),
    start,
    stop: last?.isCutOff ? [...stop, `--stop-position=${last.end}`] : stop,
    stoppedAt: last?.reached ? 'target' : 'end of binary logs',
    ...(lastEvent !== undefined && { lastEvent }),
    ...(lastCommit !== undefined && { lastCommit }),
  };
}

/** A log that was copied while it was written, and never again, ends well and too early: its successor says so. */
function mustGoOnFrom(before: ScannedLog | undefined, log: ScannedLog, name: string): void {
  const unknown = before && log.begins.find((gtid) => !before.ends.includes(gtid));
  if (before && unknown !== undefined)
    throw hole(name, `begins after transaction ${unknown}, and the log before it ends with ${before.ends.join(', ') || 'none'}`, before); // prettier-ignore
}

function hole(name: string, why: string, before?: ScannedLog): ActionFailure {
  const until = before?.lastEvent === undefined ? '' : `, or say recoverTo, a time up to ${new Date(before.lastEvent).toISOString()}`; // prettier-ignore
  return new ActionFailure(
    `The binary log ${name} ${why}; what was committed from there on cannot be recovered. Nothing was replaced. Find the log${until}.`,
    { kind: 'terminal' },
  );
}

const nameOf = (like: string, number: number): string =>
  like.replace(/\d+$/, (digits) => String(number).padStart(digits.length, '0'));

/** As mariadb-binlog takes it: whole seconds, in the time zone that it is run in. */
const inUtc = (moment: Instant): string => new Date(moment).toISOString().slice(0, 19).replace('T', ' ');
