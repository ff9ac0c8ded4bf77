import type { StopInput } from '../contract/perform.ts';
import { stopTry } from '../host/stop-try.ts';

/**
 * Makes the activity that stops a try on this host; whoever observes it then sees that it was stopped.
 * @throws Error while something of it lives even so: to be tried again.
 */
export function createStop({ home }: { readonly home: string }) {
  return async function stop(input: StopInput): Promise<void> {
    const left = await stopTry(home, input, input.grace);
    if (left.length === 0) return;
    const pids = left.map(({ pid }) => pid).join(', ');
    throw new Error(`${input.try} cannot be ended: process ${pids} lives on after KILL`);
  };
}
