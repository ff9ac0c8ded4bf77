import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../core/event.ts';

/** What the record of the newest run says. */
export function recordOf(home: string): readonly Event[] {
  const run = readdirSync(join(home, 'runs')).sort().at(-1)!;
  const lines = readFileSync(join(home, 'runs', run, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Event);
}
