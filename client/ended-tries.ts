import type { Client } from '@temporalio/client';
import type { Event } from '../core/event.ts';
import type { TryId } from '../core/names.ts';
import { readEvents } from './events.ts';
import { findRun } from './find-run.ts';

const atOnce = 1_000;

/** Which of these tries a run has written down as ended, whatever they still do: it waits for them no more. */
export async function endedTries(
  page: (after: number, limit: number) => Promise<readonly Event[]>,
  tries: readonly TryId[],
): Promise<ReadonlySet<TryId>> {
  const ended = new Set<TryId>();
  for (let after = 0; ;) {
    const events = await page(after, atOnce);
    for (const event of events) if (event.type === 'ended' && tries.includes(event.try)) ended.add(event.try);
    const last = events.at(-1);
    if (!last || ended.size === tries.length) return ended;
    after = last.seq;
  }
}

/** The same of a run that is found by its id. */
export async function endedTriesOf(
  client: Client,
  run: string,
  tries: readonly TryId[],
): Promise<ReadonlySet<TryId>> {
  const found = await findRun(client, run);
  return endedTries((after, limit) => readEvents(client, found, after, limit), tries);
}
