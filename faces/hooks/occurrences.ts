import { createHash } from 'node:crypto';
import type { Instant, Milliseconds } from '../../core/units.ts';
import type { Entry } from '../../record/journal.ts';
import type { Alarm } from './alarm.ts';

/** So long after it came last while its run was open, an alarm that goes on is asked about again. */
const remembered: Milliseconds = 24 * 60 * 60_000;
const most = 1_000;
/** So many of them stand in one entry of the journal. */
const mostWritten = 200;

/**
 * The alarms that led to a run, or joined one: each as it fires since a moment. One that was resolved and fires again is
 * another one.
 */
export class Occurrences {
  private readonly known = new Map<string, Instant>();

  add(keys: readonly string[], at: Instant): void {
    for (const key of keys) {
      this.known.delete(key);
      this.known.set(key, at);
    }
    for (const oldest of this.known.keys()) if (this.known.size > most) this.known.delete(oldest);
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.known.delete(key);
  }

  has(key: string): boolean {
    return (this.known.get(key) ?? -Infinity) > Date.now() - remembered;
  }
}

export const occurrenceOf = ({ id, since }: Alarm): string =>
  createHash('sha256').update(`${id}\n${since}`).digest('hex').slice(0, 16);

/** What the journal is told of alarms: what their senders call them, and which they are. */
export const written = (alarms: readonly Alarm[]) => ({
  alarms: alarms.slice(0, 5).map(({ id }) => id.slice(0, 400)),
  occurrences: alarms.slice(0, mostWritten).map(occurrenceOf),
});

export interface LastStart {
  readonly at: Instant;
  readonly run: string;
}

/** What a trigger knows of what it did. */
export interface Memory {
  /** When it started something last. */
  last?: LastStart;
  /** What alarms led to last, or joined. */
  run?: string;
  readonly occurrences: Occurrences;
}

/** Alarms led to a run, or joined it. */
export function remember(memory: Memory, run: string, alarms: readonly Alarm[]): void {
  memory.run = run;
  memory.occurrences.add(alarms.map(occurrenceOf), Date.now());
}

export const newMemory = (): Memory => ({ occurrences: new Occurrences() });

/**
 * The same of each trigger, by the journal. What a program died over does not count: better that it is tried once more, where
 * the run is found open, than that an alarm is lost.
 */
export async function memories(entries: AsyncIterable<Entry>): Promise<ReadonlyMap<string, Memory>> {
  const all = new Map<string, Memory>();
  for await (const { type, trigger, at, run, already, did, occurrences } of entries) {
    if (type !== 'proposed' && type !== 'alarm-noted') continue;
    const memory = all.get(String(trigger)) ?? newMemory();
    all.set(String(trigger), memory);
    const keys = Array.isArray(occurrences) ? occurrences.map(String) : [];
    if (type === 'proposed' && already !== true) memory.last = { at: Number(at), run: String(run) };
    if (type === 'proposed' || did === 'joined') {
      memory.run = String(run);
      memory.occurrences.add(keys, Number(at));
    }
    if (did === 'resolved') memory.occurrences.forget(keys);
  }
  return all;
}
