import { Heap } from './heap.ts';
import type { Milliseconds } from './units.ts';

/** A stretch of work that occupies things while it lasts. */
export interface Stretch {
  readonly takes: Milliseconds;
  readonly occupies: Readonly<Record<string, number>>;
}

export interface Job {
  /** The jobs (by place in the list) that must be done before. */
  readonly before: readonly number[];
  readonly stretches: readonly Stretch[];
  /** Of two jobs that want the same thing, the one with the smaller number gets it. */
  readonly priority: number;
}

interface Running {
  readonly job: number;
  readonly stretch: number;
  readonly at: Milliseconds;
}

/**
 * When each job starts and ends if every one starts as soon as what stands before it is done, and takes what
 * it occupies as soon as that is free: list scheduling by priority, simulated from event to event. Stretches
 * that occupy the same wait in one queue, so the cost is that of the events, each times a logarithm.
 */
export function schedule(
  jobs: readonly Job[],
  capacity: Readonly<Record<string, number>>,
): { readonly start: Milliseconds[]; readonly finish: Milliseconds[] } {
  const start = jobs.map(() => 0);
  const finish = jobs.map(() => 0);
  const open = jobs.map((job) => job.before.length);
  const followers: number[][] = jobs.map(() => []);
  jobs.forEach((job, place) => job.before.forEach((other) => followers[other]?.push(place)));
  const running = new Heap<Running>((a, b) => a.at < b.at);
  const desk = new Desk(capacity, jobs);

  const begin = (job: number, stretch: number, at: Milliseconds) => {
    const next = jobs[job]?.stretches[stretch];
    if (next) desk.ask({ job, stretch, at }, next);
    else running.push({ job, stretch, at });
  };
  const end = (job: number, at: Milliseconds) => {
    finish[job] = at;
    for (const follower of followers[job] ?? []) {
      open[follower] = (open[follower] ?? 0) - 1;
      if (open[follower] !== 0) continue;
      start[follower] = at;
      begin(follower, 0, at);
    }
  };
  jobs.forEach((job, place) => job.before.length === 0 && begin(place, 0, 0));
  for (let now = 0; ; now = running.first.at) {
    while (running.first && running.first.at <= now) {
      const { job, stretch, at } = running.pop() as Running;
      const done = jobs[job]?.stretches[stretch];
      if (done) desk.giveBack(done);
      if (done && stretch + 1 < (jobs[job]?.stretches.length ?? 0)) begin(job, stretch + 1, at);
      else end(job, at);
    }
    for (const { job, stretch } of desk.serve()) {
      running.push({ job, stretch, at: now + (jobs[job]?.stretches[stretch]?.takes ?? 0) });
    }
    if (!running.first) return { start, finish };
  }
}

/** Gives out what is scarce: to the first in line of each queue, by priority over all queues. */
class Desk {
  readonly #free: Map<string, number>;
  readonly #capacity: Readonly<Record<string, number>>;
  readonly #queues = new Map<
    string,
    { readonly occupies: Stretch['occupies']; readonly line: Heap<Running> }
  >();
  readonly #first: (a: Running, b: Running) => boolean;

  constructor(capacity: Readonly<Record<string, number>>, jobs: readonly Job[]) {
    this.#capacity = capacity;
    this.#free = new Map(Object.entries(capacity));
    const priority = (one: Running) => jobs[one.job]?.priority ?? 0;
    this.#first = (a, b) => priority(a) < priority(b) || (priority(a) === priority(b) && a.job < b.job);
  }

  ask(one: Running, { occupies }: Stretch): void {
    const key = Object.entries(occupies).flat().join('\0');
    let queue = this.#queues.get(key);
    if (!queue) this.#queues.set(key, (queue = { occupies, line: new Heap(this.#first) }));
    queue.line.push(one);
  }

  giveBack({ occupies }: Stretch): void {
    this.#take(occupies, -1);
  }

  /** Whoever can begin now, in the order of priority. */
  serve(): Running[] {
    const served: Running[] = [];
    for (;;) {
      let best: { readonly occupies: Stretch['occupies']; readonly line: Heap<Running> } | undefined;
      for (const queue of this.#queues.values()) {
        const head = queue.line.first;
        if (!head || !this.#fits(queue.occupies)) continue;
        if (!best?.line.first || this.#first(head, best.line.first)) best = queue;
      }
      const next = best?.line.pop();
      if (!best || !next) return served;
      this.#take(best.occupies, 1);
      served.push(next);
    }
  }

  /** More than there is at all counts as all of it: what cannot fit must not wait for ever. */
  #needed(name: string, amount: number): number {
    return Math.min(amount, this.#capacity[name] ?? 0);
  }

  #fits(occupies: Stretch['occupies']): boolean {
    return Object.entries(occupies).every(
      ([name, amount]) => this.#needed(name, amount) <= (this.#free.get(name) ?? 0),
    );
  }

  #take(occupies: Stretch['occupies'], sign: 1 | -1): void {
    for (const [name, amount] of Object.entries(occupies)) {
      this.#free.set(name, (this.#free.get(name) ?? 0) - sign * this.#needed(name, amount));
    }
  }
}
