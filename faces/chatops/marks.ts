import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Instant } from '../../core/units.ts';

/** The message of one ask. */
export interface CardMark {
  readonly ts: string;
  /** What the message says, as a digest. */
  key: string;
  readonly title: string;
  /** Votes that counted, in words. */
  votes: string[];
  /** How the ask ended; the message has yet to say so. */
  outcome?: string;
}

/** How far the telling of one run has come. */
export interface RunMark {
  /** The run's own message, and what it says, as a digest. */
  thread?: string;
  key?: string;
  /** Number of the last event that was told. */
  seen: number;
  readonly cards: Record<string, CardMark>;
  /** All was told. */
  done?: Instant;
}

/** A message that is being posted: after a crash or a lost answer nobody knows whether it is there. */
export interface Posting {
  readonly id: string;
  readonly thread?: string;
  readonly at: Instant;
}

interface State {
  readonly format: 1;
  /** When the channel was first told anything: runs that began earlier and have ended are not told. */
  readonly since: Instant;
  readonly runs: Record<string, RunMark>;
  posting?: Posting;
  /** Alarms that nothing was proposed of: since when, by the trigger, as they were told. */
  alarms?: Record<string, Instant>;
}

/** Runs that are done are remembered, so that a late list does not have them told again. */
const remembered = 300;

/** Where the telling stands, in one file that is replaced as a whole. */
export class Marks {
  readonly state: State;
  private readonly file: string;

  private constructor(file: string, state: State) {
    this.file = file;
    this.state = state;
  }

  /** @throws Error where the file holds something else. */
  static async read(file: string, now: Instant): Promise<Marks> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return JSON.stringify({ format: 1, since: now, runs: {} } satisfies State);
    });
    const state = JSON.parse(text) as State;
    if (state.format !== 1) throw new Error(`${file} is not of this Muster.`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return new Marks(file, state);
  }

  run(id: string): RunMark {
    return (this.state.runs[id] ??= { seen: 0, cards: {} });
  }

  /** On the disk when it returns. */
  async save(): Promise<void> {
    this.forget();
    const temporary = `${this.file}.new`;
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(this.state));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.file);
  }

  private forget(): void {
    const done = Object.entries(this.state.runs).filter(([, { done }]) => done !== undefined);
    const old = done.toSorted(([, a], [, b]) => b.done! - a.done!).slice(remembered);
    for (const [id] of old) delete this.state.runs[id];
  }
}
