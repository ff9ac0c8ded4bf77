import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Instant } from '../../core/units.ts';

/** An alarm that should have been put to people, and was not. */
export interface Unproposed {
  readonly trigger: string;
  /** What it says. */
  readonly alarm: string;
  /** The file of the runbook. */
  readonly runbook: string;
  /** Why nothing was proposed. */
  readonly why: string;
  /** When it came first, and last, and how often. */
  readonly at: Instant;
  readonly last: Instant;
  readonly times: number;
}

/** Where they stand, for whoever tells people of them. */
export const unproposedFile = (home: string): string => join(home, 'hooks', 'unproposed.json');

/** The alarms that nothing was proposed of since their trigger last did; none where the file cannot be read. */
export function readUnproposed(file: string): readonly Unproposed[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as readonly Unproposed[];
  } catch {
    return []; // there never was one; a half-written file cannot be, it is renamed into place
  }
}

/** An alarm came to nothing; for the same reason as before, it is the same one. */
export function addUnproposed(file: string, one: Omit<Unproposed, 'at' | 'last' | 'times'>): void {
  const all = readUnproposed(file);
  const same = all.find(({ trigger, why }) => trigger === one.trigger && why === one.why);
  const now = Date.now();
  const entry = { ...one, at: same?.at ?? now, last: now, times: (same?.times ?? 0) + 1 };
  write(file, [...others(all, one.trigger), entry]);
}

/** A trigger proposes again. */
export function dropUnproposed(file: string, trigger: string): void {
  const all = readUnproposed(file);
  const left = others(all, trigger);
  if (left.length < all.length) write(file, left);
}

const others = (all: readonly Unproposed[], trigger: string) => all.filter((one) => one.trigger !== trigger);

function write(file: string, all: readonly Unproposed[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
