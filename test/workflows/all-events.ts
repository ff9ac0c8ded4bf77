import type { Runs } from '../../client/runs.ts';
import type { Event } from '../../core/event.ts';

/** Every event of a run, page by page. */
export async function allEvents(runs: Runs, run: string): Promise<Event[]> {
  const events: Event[] = [];
  for (;;) {
    const page = await runs.events(run, events.length, 1_000);
    if (page.length === 0) return events;
    events.push(...page);
  }
}
