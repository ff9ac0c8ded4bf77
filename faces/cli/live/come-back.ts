import { ClientFailure } from '../../../client/failure.ts';
import type { Runs } from '../../../client/runs.ts';
import type { Milliseconds } from '../../../core/units.ts';
import { ServiceStopped } from '../../../local/local-failure.ts';
import type { Cli } from '../cli.ts';
import { tell } from '../show.ts';

/** A worker or a server that was killed is back after a second or two; each try may wait some seconds for its answer. */
const tries = 6;
const between: Milliseconds = 1_000;

/**
 * Asks until there is an answer: a service that is on its way back must not send away who comes to watch.
 * @throws ServiceStopped where it was stopped on purpose; the last failure where it stays silent; at once what is more than silence.
 */
export async function untilAnswered<T>(cli: Cli, ask: (runs: Runs) => Promise<T>): Promise<T> {
  let runs = await cli.runs();
  for (let left = tries - 1; ; left--) {
    try {
      return await ask(runs);
    } catch (failure) {
      const silence = unreachable(failure);
      if (left === 0) throw silence;
      tell(cli, `No answer yet (${silence.message}). Asking again.`);
    }
    await cli.sleep(between);
    const found = await again(cli);
    if (found === 'stopped') throw new ServiceStopped();
    runs = found ?? runs;
  }
}

/** @throws everything that is more than silence. */
export function unreachable(failure: unknown): ClientFailure {
  if (failure instanceof ClientFailure && (failure.code === 'unreachable' || failure.code === 'no-worker'))
    return failure;
  throw failure;
}

/** A new connection, or none yet, or none any more: somebody stopped the service on purpose. */
export async function again(cli: Cli): Promise<Runs | 'stopped' | undefined> {
  try {
    return await cli.reconnect();
  } catch (failure) {
    if (failure instanceof ServiceStopped) return 'stopped';
    unreachable(failure);
    return undefined;
  }
}
