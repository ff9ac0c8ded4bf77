import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionContext } from '../action.ts';
import { isRefusal } from './refusal.ts';

/** How long it is waited before kubectl is asked again, in milliseconds. */
const askAgainMs = 1_000;

interface Question<T> {
  /** In milliseconds. */
  readonly timeout: number;
  readonly ask: (secondsLeft: number) => Promise<T>;
  /** Whether an error may pass by itself; that nobody answers always may. */
  readonly mayPass?: (error: unknown) => boolean;
}

/** Asks again until the time is over. @throws the last error. */
export async function persistently<T>(
  { timeout, ask, mayPass }: Question<T>,
  context: ActionContext,
): Promise<T> {
  for (const end = performance.now() + timeout; ;) {
    try {
      return await ask(Math.max(1, Math.ceil((end - performance.now()) / 1_000)));
    } catch (error) {
      const again = isRefusal(error, /The API server does not answer/) || mayPass?.(error);
      if (!again || performance.now() >= end) throw error;
    }
    await sleep(askAgainMs, undefined, { signal: context.signal });
  }
}
