import { setTimeout as sleep } from 'node:timers/promises';
import { type ActionContext, ActionFailure } from '../action.ts';

/** How often it is looked how far something is while kubectl waits for it, in milliseconds. */
const lookEveryMs = 2_000;

/** Waits for some work, and looks again and again how far it is. A look that fails does not end the work. */
export async function watched<T>(
  work: Promise<T>,
  look: () => Promise<void>,
  context: ActionContext,
): Promise<T> {
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      await look().catch((error: unknown) => {
        if (!(error instanceof ActionFailure)) throw error;
        context.log(error.message);
      });
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  const ended = work.finally(() => over.abort());
  await Promise.allSettled([ended, looking]); // A look that is under way still needs what the caller takes away.
  const result = await ended;
  await looking;
  return result;
}
