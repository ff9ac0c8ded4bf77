import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Instant } from '../../core/units.ts';
import { BinlogUnreadable, readBinlogs } from './binlog-reader.ts';

/** What one binary log holds, read from its first event to its last, or to the first one at the target. */
export interface ScannedLog {
  readonly file: string;
  /** Where the last event ends that was read. */
  readonly end: number;
  readonly lastEvent?: Instant;
  /** When the last transaction was committed that is in it. */
  readonly lastCommit?: Instant;
  /** The last transaction of every domain and server when the log was begun, as `domain-server-number`. */
  readonly begins: readonly string[];
  /** And at its end. */
  readonly ends: readonly string[];
  /** An event at or after the target was met. */
  readonly reached: boolean;
  /** It ends within an event or a transaction, as a copy that was interrupted does. */
  readonly isCutOff: boolean;
}

/** What a transaction ends with, and what stands between two. */
const closing = /^(Xid|Query|Rotate|Stop|Start|Gtid list|Binlog checkpoint)/;

const header =
  /^#(\d\d)(\d\d)(\d\d)\s+(\d{1,2}):(\d\d):(\d\d) server id \d+\s+end_log_pos (\d+)[^\t]*\t(\w[\w ]*)(.*)$/;

/**
 * Reads a log; checksums of all its events are verified. @param from events before this place do not count for the times.
 * @throws BinlogUnreadable where it is damaged.
 */
export async function scanLog(
  file: string,
  { from, stop }: { readonly from: number; readonly stop: readonly string[] },
  signal: AbortSignal,
): Promise<ScannedLog> {
  const found = { end: 4, begins: [] as string[] };
  const state = new Map<string, string>();
  let lastType = '';
  const times: { lastEvent?: Instant; lastCommit?: Instant } = {};
  const options = ['--base64-output=decode-rows', ...stop];
  let isCutOff = false;
  try {
    const lines = createInterface({ input: Readable.from(readBinlogs([file], options, signal)) });
    for await (const line of lines) {
      const event = eventOf(line);
      if (!event) continue;
      found.end = Math.max(found.end, event.end);
      lastType = event.type;
      if (event.type.startsWith('Gtid list')) found.begins = event.gtids;
      for (const gtid of event.gtids) state.set(gtid.replace(/-\d+$/, ''), gtid);
      if (event.end <= from) continue;
      times.lastEvent = event.time;
      if (/^(Xid|Query)/.test(event.type)) times.lastCommit = event.time;
    }
  } catch (error) {
    if (!(error instanceof BinlogUnreadable) || !error.isCutOff) throw error;
    isCutOff = true;
  }
  const { size } = await stat(file);
  const isWhole = found.end === size && closing.test(lastType);
  const reached = !isCutOff && found.end < size;
  return { file, ...found, ...times, ends: [...state.values()], reached, isCutOff: !reached && !isWhole };
}

function eventOf(line: string) {
  const [, year, month, day, hour, minute, second, end, type = '', rest = ''] = header.exec(line) ?? [];
  if (end === undefined) return undefined;
  const time = Date.UTC(2000 + Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)); // prettier-ignore
  const gtids = /^(GTID|Gtid list)/.test(type) ? (`${type}${rest}`.match(/\d+-\d+-\d+/g) ?? []) : [];
  return { time, end: Number(end), type, gtids };
}
