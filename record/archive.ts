import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import { forkOf, keepBranch, type Stand } from './branch.ts';

/**
 * The record of runs on this host: for each run a directory with `plan.json` and `events.jsonl`, one event
 * a line. What was written is on the disk before `append` returns; events that are there already are
 * skipped, so the same page may be appended again. A run that was reset goes on differently: then what it had
 * before is kept beside, as `events.jsonl.branch-N`, and the file tells what is true now.
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
    if (plan) await writeDurably(join(directory, 'plan.json'), JSON.stringify(plan));
    const file = join(directory, 'events.jsonl');
    const handle = await open(file, 'a+', 0o600);
    try {
      const end = await lastOf(handle);
      const fork = events[0] && events[0].seq <= end.seq ? await forkOf(file, events) : undefined;
      if (fork) await keepBranch(file);
      const last = fork ?? end;
      const lines = events
        .filter((event) => event.seq > last.seq)
        .map((event) => `${JSON.stringify(event)}\n`);
      await handle.truncate(last.end);
      await handle.writeFile(lines.join(''));
      await handle.sync();
    } finally {
      await handle.close();
    }
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

/** Where the last whole line ends, and the number of its event; what a crash cut off behind it is no line. */
async function lastOf(handle: FileHandle): Promise<Stand> {
  const { size } = await handle.stat();
  for (let length = tailBytes; ; length *= 4) {
    const start = Math.max(0, size - length);
    const tail = Buffer.alloc(size - start);
    await handle.read(tail, 0, tail.length, start);
    const end = tail.lastIndexOf('\n');
    const before = end > 0 ? tail.lastIndexOf('\n', end - 1) : -1;
    if (before < 0 && start > 0) continue;
    if (end < 0) return { seq: 0, end: 0 };
    const { seq } = JSON.parse(tail.toString('utf8', before + 1, end)) as Event;
    return { seq, end: start + end + 1 };
  }
}

/** How much of the end of a file is read first to find its last line. */
const tailBytes = 64 * 1024;

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
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
