import type { Milliseconds } from '../../core/units.ts';
import type { Entry } from '../../record/journal.ts';

interface Collected {
  entry: Entry;
  times: number;
  readonly timer: NodeJS.Timeout;
}

const minute: Milliseconds = 60_000;

/**
 * Journals what comes again and again: the first time at once, and from then on at most once in a minute, with how often it came
 * since.
 */
export class Repeats {
  private readonly note: (entry: Entry) => void;
  private readonly every: Milliseconds;
  private readonly collected = new Map<string, Collected>();

  constructor(note: (entry: Entry) => void, every = minute) {
    this.note = note;
    this.every = every;
  }

  /** @param of what it is the same as. */
  take(of: string, entry: Entry): void {
    const known = this.collected.get(of);
    if (known) {
      known.entry = entry;
      known.times += 1;
      return;
    }
    this.note({ ...entry, times: 1 });
    this.wait(of, entry);
  }

  /** Journals what is only counted so far. */
  flush(): void {
    for (const { entry, times, timer } of this.collected.values()) {
      clearTimeout(timer);
      if (times > 0) this.note({ ...entry, times });
    }
    this.collected.clear();
  }

  private wait(of: string, entry: Entry): void {
    const timer = setTimeout(() => this.tell(of), this.every).unref();
    this.collected.set(of, { entry, times: 0, timer });
  }

  private tell(of: string): void {
    const { entry, times } = this.collected.get(of)!;
    this.collected.delete(of);
    if (times === 0) return;
    this.note({ ...entry, times });
    this.wait(of, entry);
  }
}
