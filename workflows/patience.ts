import { ActivityFailure, proxyActivities, sleep, TimeoutFailure } from '@temporalio/workflow';
import type { BindInput } from '../contract/hosts.ts';
import { activityTypes } from '../contract/names.ts';
import type { Host } from '../core/change.ts';
import type { Instant, Milliseconds } from '../core/units.ts';

interface Asking {
  [activityTypes.here](): Promise<void>;
  [activityTypes.bind](input: BindInput): Promise<Host | string>;
}

/** How long a worker host may leave something untaken, in milliseconds; a worker that is started anew is back before. */
const usualSilence = 50_000;

/** Before people are disturbed it is asked once more: after a night in which nothing ran, the first answer is an old one. */
const onceMore = 10_000;

/** A host that answered that it will not take the run is asked again after so long. */
const refusedAgainAfter = 30_000;

/** Whether an activity ended because no worker took it up in time. */
export const isSilence = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/** How long worker hosts are waited for without a word, and how it is noticed that they say one again. */
export class Patience {
  readonly silentAfter: Milliseconds;

  constructor(silentAfter: Milliseconds = usualSilence) {
    this.silentAfter = silentAfter;
  }

  /**
   * Waits until a host takes something up again, however long that is.
   * @param tell is told once, where it is sure that the host says nothing.
   */
  async waitFor(
    host: Host | undefined,
    tell: (since: Instant) => void,
  ): Promise<'at-once' | 'after-silence'> {
    const ask = (limit?: Milliseconds) => this.asking(host?.taskQueue, limit)[activityTypes.here]();
    const since = Date.now() - this.silentAfter;
    if (await answered(() => ask(Math.min(onceMore, this.silentAfter)))) return 'at-once';
    tell(since);
    await ask();
    return 'after-silence';
  }

  /**
   * Finds one of the worker hosts that a queue leads to; undefined: that of the workflow.
   * @param tell is told once, where none answers or the one that did will not have the run.
   */
  async find(
    taskQueue: string | undefined,
    input: () => BindInput,
    tell?: (since: Instant, why?: string) => void,
  ): Promise<Host> {
    const since = Date.now();
    let told = false;
    const tellOnce = (why?: string) => {
      if (!told) tell?.(since, why);
      told = true;
    };
    for (;;) {
      const ask = (limit?: Milliseconds) => this.asking(taskQueue, limit)[activityTypes.bind](input());
      let answer = await answered(() => ask(told ? undefined : Math.min(2 * onceMore, this.silentAfter)));
      if (!answer) {
        tellOnce();
        answer = [await ask()];
      }
      const [host] = answer;
      if (typeof host !== 'string') return host;
      tellOnce(host);
      await sleep(refusedAgainAfter);
    }
  }

  private asking(taskQueue: string | undefined, limit: Milliseconds | undefined): Asking {
    return proxyActivities<Asking>({
      startToCloseTimeout: '10 seconds',
      retry: { maximumInterval: '10 seconds' },
      ...(limit !== undefined && { scheduleToStartTimeout: limit }),
      ...(taskQueue !== undefined && { taskQueue }),
    });
  }
}

/** What an activity gives, in a list of one; undefined where nobody took it up. */
async function answered<T>(ask: () => Promise<T>): Promise<[T] | undefined> {
  try {
    return [await ask()];
  } catch (error) {
    if (isSilence(error)) return undefined;
    throw error;
  }
}
