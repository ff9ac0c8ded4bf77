import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * One timer for the next wake-up of the whole run. It is set anew only when something is due earlier than
 * what it is set to: timers are history too.
 */
export class Alarm {
  private setTo = Infinity;
  private scope: CancellationScope | undefined;
  private readonly ring: () => void;

  constructor(ring: () => void) {
    this.ring = ring;
  }

  wakeAt(at: number | undefined): void {
    if (at === undefined || at === Infinity || at >= this.setTo) return;
    this.scope?.cancel();
    this.setTo = at;
    const scope = new CancellationScope();
    this.scope = scope;
    void scope.run(() => this.sleepUntil(at));
  }

  private async sleepUntil(at: number): Promise<void> {
    try {
      await sleep(Math.max(1, at - Date.now()));
      this.setTo = Infinity;
      this.scope = undefined;
      this.ring();
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}
