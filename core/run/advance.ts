import type { Event, EventBody } from '../event.ts';
import { nextOf } from './next.ts';
import { nextOfRun } from './next-of-run.ts';
import { reduce } from './reduce.ts';
import type { State } from './state.ts';
import type { Tools } from './tools.ts';
import { violation } from './invariants.ts';

/** Folds what happened and everything that follows from it; returns all of it in order, numbered. */
export function happen(s: State, at: number, bodies: readonly EventBody[], tools: Tools): Event[] {
  const events: Event[] = [];
  const add = (body: EventBody, because?: number) => {
    const event = {
      seq: s.seq + 1,
      at,
      revision: s.plan.revision,
      ...(because && { because }),
      ...body,
    } as Event;
    reduce(s, event);
    events.push(event);
    return event.seq;
  };
  let cause: number | undefined;
  for (const body of bodies) cause = add(body);
  follow(s, tools, (body) => add(body, cause));
  return events;
}

/** Looks at every node on the agenda until nothing more follows. */
function follow(s: State, tools: Tools, add: (body: EventBody) => void): void {
  const { dirty } = s.agenda;
  for (;;) {
    const [id] = dirty;
    if (id === undefined) {
      const ofRun = nextOfRun(s);
      if (ofRun.length === 0) return;
      for (const body of ofRun) add(body);
      continue;
    }
    dirty.delete(id);
    const bodies = nextOf(s, id, tools);
    if (bodies.length > 0) dirty.add(id);
    for (const body of bodies) {
      const wrong = violation(s, body);
      if (wrong === undefined) add(body);
      else {
        dirty.delete(id);
        add(holdFor(wrong));
        break;
      }
    }
  }
}

/** The core's own promises are checked in the product: a broken one stops new work and says so. */
const holdFor = (wrong: string): EventBody => ({
  type: 'changed',
  change: { on: 'run', set: 'hold' },
  by: 'muster',
  channel: 'cli',
  reason: `Muster stopped itself: ${wrong}. Nothing new starts; please report this with the run's events.`,
});
