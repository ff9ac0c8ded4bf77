import type { EventsPage } from '../contract/recovery.ts';
import { canonical } from '../core/canonical.ts';
import type { Event } from '../core/event.ts';

/** A page of events is at most this large, well below what a query may answer. */
const pageSize = 512 * 1024;

/** The events that this Temporal run knows: those it was handed, and its own. */
export class EventsLog {
  private readonly known: Event[];
  private saved: number;

  constructor(unsaved: readonly Event[]) {
    this.known = [...unsaved];
    this.saved = (unsaved[0]?.seq ?? 1) - 1;
  }

  add(events: readonly Event[]): void {
    for (const event of events) this.known.push(event);
  }

  get unsaved(): readonly Event[] {
    return this.known.filter((event) => event.seq > this.saved);
  }

  markSaved(seq: number): void {
    this.saved = Math.max(this.saved, seq);
  }

  page(after: number, limit: number, previous: string | undefined): EventsPage {
    const from = this.known[0]?.seq ?? 1;
    const events: Event[] = [];
    let size = 0;
    for (
      let index = Math.max(0, after - from + 1);
      index < this.known.length && events.length < limit;
      index += 1
    ) {
      const event = this.known[index]!;
      size += canonical(event).length;
      if (size > pageSize && events.length > 0) break;
      events.push(event);
    }
    return { events, from, ...(previous !== undefined && { previous }) };
  }
}
