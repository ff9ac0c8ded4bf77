/** Work that goes on after an answer was given. */
export class Background {
  private readonly working = new Set<Promise<void>>();
  private readonly onProblem: (problem: unknown) => void;

  constructor(onProblem: (problem: unknown) => void) {
    this.onProblem = onProblem;
  }

  /** Does it; a failure is told. */
  do(work: () => Promise<void>): void {
    const done = work()
      .catch(this.onProblem)
      .finally(() => this.working.delete(done));
    this.working.add(done);
  }

  /** Until all is done that was begun. */
  async settled(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working);
  }
}
