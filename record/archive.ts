import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';

/**
 * The record of runs on this host: for each run a directory with `plan.json` and `events.jsonl`, one event
 * a line. What was written is on the disk before `append` returns; events that are there already are
 * skipped, so the same page may be appended again.
 */
export class Archive {
  private readonly directory: string;

  /** @param home the state directory. */
  constructor(home: string) {
    this.directory = join(home, 'runs');
  }

  async append(run: string, events: readonly Event[], plan?: Plan): Promise<void> {
    const directory = join(this.directory, nameOf(run));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (plan) await writeDurably(join(directory, 'plan.json'), 'w', JSON.stringify(plan));
    const last = (await this.read(run)).at(-1)?.seq ?? 0;
    const lines = events.filter((event) => event.seq > last).map((event) => `${JSON.stringify(event)}\n`);
    if (lines.length > 0) await writeDurably(join(directory, 'events.jsonl'), 'a', lines.join(''));
  }

  /** All events of a run in order; a last line that a crash cut off is left out (it is appended again). */
  async read(run: string): Promise<Event[]> {
    const text = await readFile(join(this.directory, nameOf(run), 'events.jsonl'), 'utf8').catch(absent);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Event);
  }
}

/** Run ids are made of a runbook's name and letters; nothing else becomes a path. */
function nameOf(run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(run)) throw new RangeError(`no run id: ${JSON.stringify(run)}`);
  return run;
}

async function writeDurably(file: string, flags: 'w' | 'a', text: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const absent = (error: NodeJS.ErrnoException): string => {
  if (error.code !== 'ENOENT') throw error;
  return '';
};
