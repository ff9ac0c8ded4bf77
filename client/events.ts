import type { Client } from '@temporalio/client';
import { messages } from '../contract/names.ts';
import type { EventsPage } from '../contract/recovery.ts';
import type { Event } from '../core/event.ts';
import type { FoundRun } from './find-run.ts';

/** Events of a run after a number, oldest first: earlier Temporal runs of the chain are asked for older ones. */
export async function readEvents(
  client: Client,
  run: FoundRun,
  after: number,
  limit: number,
): Promise<readonly Event[]> {
  let handle = run.handle;
  let page = await handle.query<EventsPage, [number, number]>(messages.events, after, limit);
  let newest = page;
  while (page.from > after + 1 && page.previous !== undefined) {
    handle = client.workflow.getHandle(run.workflowId, page.previous);
    newest = page;
    page = await handle.query<EventsPage, [number, number]>(messages.events, after, limit);
  }
  const last = page.events.at(-1)?.seq ?? after;
  const more =
    newest === page ? [] : newest.events.filter((event) => event.seq > last && newest.from <= last + 1);
  return [...page.events, ...more].slice(0, limit);
}
