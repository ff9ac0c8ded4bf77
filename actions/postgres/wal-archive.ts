import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { ActionFailure } from '../action.ts';

/** A segment of WAL as an archive has it. */
export interface ArchivedSegment {
  readonly name: string;
  readonly size: number;
  /** When it was archived, or last written to. */
  readonly time: Instant;
}

/** Its number counts from the beginning of the cluster, over all timelines. */
export interface Segment extends ArchivedSegment {
  readonly timeline: number;
  readonly number: number;
}

/** What there is to replay on a base backup, and where it breaks off. */
export interface WalRange {
  readonly segmentSize: number;
  readonly first: number;
  /** The last segment of the newest timeline. */
  readonly last: Segment;
  /** The first segment between them that is missing or has the wrong size. */
  readonly gap?: { readonly name: string; readonly why: string; readonly before?: Segment };
}

const segmentName = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/;
const logicalSize = 2 ** 32;

/**
 * Looks at the WAL from a base backup's first segment on, in the archive and in the backup's own `pg_wal`.
 * PostgreSQL itself takes a segment that is missing in the middle for the end of the archive, and would
 * leave out all that was committed after it without a word.
 * @throws ActionFailure where there is none at all.
 */
export async function readWalRange(
  start: string,
  places: { readonly archive: string; readonly ownWal: string },
): Promise<WalRange> {
  const [own, archived] = await Promise.all([places.ownWal, places.archive].map(listSegments));
  const found = [...(own ?? []), ...(archived ?? [])]; // The archive's copy of a segment wins.
  return walRange(start, { found, where: places.archive });
}

/** The same of segments that somebody else has listed. */
export function walRange(
  start: string,
  { found, where }: { readonly found: readonly ArchivedSegment[]; readonly where: string },
): WalRange {
  const segmentSize = Math.max(...found.map(({ size }) => size));
  const numbered = found.map((segment) => ({
    ...segment,
    timeline: timelineOf(segment.name),
    number: numberOf(segment.name, segmentSize),
  }));
  const first = numberOf(start, segmentSize);
  const usable = numbered.filter((one) => one.number >= first && one.timeline >= timelineOf(start));
  const newest = Math.max(...usable.map(({ timeline }) => timeline));
  const [some, ...others] = usable.filter(({ timeline }) => timeline === newest);
  if (!some) {
    throw new ActionFailure(
      `${where} holds no WAL from ${start} on, where the base backup begins. Is it the archive of this cluster?`,
    );
  }
  const last = others.reduce(later, some);
  const gap = findGap({ usable, first, last, segmentSize });
  return { segmentSize, first, last, ...(gap && { gap }) };
}

/** When the last segment in an archive was archived; undefined where there is none. */
export async function newestSegmentTime(archive: string): Promise<Instant | undefined> {
  const times = (await listSegments(archive)).map(({ time }) => time);
  return times.length > 0 ? Math.max(...times) : undefined;
}

const later = (a: Segment, b: Segment): Segment => (b.number >= a.number ? b : a);

function findGap(range: {
  usable: readonly Segment[];
  first: number;
  last: Segment;
  segmentSize: number;
}): WalRange['gap'] {
  const byNumber = new Map(range.usable.map((segment) => [segment.number, segment]));
  for (let number = range.first; number <= range.last.number; number += 1) {
    const segment = byNumber.get(number);
    const before = byNumber.get(number - 1);
    const name = segment?.name ?? nameOf(number, range);
    if (segment?.size === range.segmentSize) continue;
    const why = segment ? `has ${segment.size} bytes instead of ${range.segmentSize}` : 'is missing';
    return { name, why, ...(before && { before }) };
  }
  return undefined;
}

async function listSegments(directory: string): Promise<ArchivedSegment[]> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`The WAL in ${directory} cannot be read (${cause.code}).`, { cause });
  });
  const segments = names
    .filter((name) => segmentName.test(name))
    .map(async (name) => {
      const { size, mtimeMs } = await stat(join(directory, name));
      return { name, size, time: Math.floor(mtimeMs) };
    });
  return Promise.all(segments);
}

const timelineOf = (name: string) => parseInt(name.slice(0, 8), 16);

function numberOf(name: string, segmentSize: number): number {
  const [log, segment] = [parseInt(name.slice(8, 16), 16), parseInt(name.slice(16, 24), 16)];
  return log * (logicalSize / segmentSize) + segment;
}

function nameOf(number: number, { last, segmentSize }: { last: Segment; segmentSize: number }): string {
  const perLog = logicalSize / segmentSize;
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  return `${hex(last.timeline)}${hex(Math.floor(number / perLog))}${hex(number % perLog)}`;
}

/** The place of a log position as bytes from the beginning of the cluster; exact up to 8 PB of WAL. */
export function bytesOf(lsn: string): number {
  const [high = '', low = ''] = lsn.split('/');
  return parseInt(high, 16) * logicalSize + parseInt(low, 16);
}
