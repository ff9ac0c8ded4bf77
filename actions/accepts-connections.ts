import { connect } from 'node:net';
import { ActionFailure } from './action.ts';

/**
 * Whether something accepts connections at `HOST:PORT`.
 * @returns undefined where it does; else why not, in a word: `ECONNREFUSED`, `no answer within 5 s`.
 */
export async function whyNoConnection(
  address: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(colon + 1));
  if (port > 65_535) throw new ActionFailure(`${address} has no port that exists: the last one is 65535.`);
  const socket = connect({ host, port, signal });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
      socket.setTimeout(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)));
    });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  } finally {
    socket.destroy();
  }
}

const silentWithinMs = 2_000;

/**
 * Proves that nothing serves at an address any more: whoever was stopped, something else may answer there.
 * @throws ActionFailure where something does, or where nobody can tell (no answer is no refusal).
 */
export async function proveSilent(address: string, signal: AbortSignal): Promise<void> {
  const why = await whyNoConnection(address, silentWithinMs, signal);
  if (why === 'ECONNREFUSED') return;
  const findings = { value: false, stopped: false };
  if (why !== undefined) {
    throw new ActionFailure(`Nobody can tell whether something still serves at ${address}: ${why}.`, {
      findings,
    });
  }
  throw new ActionFailure(
    `Something still accepts connections at ${address}, though what was to be stopped is not running. Find out what it is (ss -ltnp) and stop it.`,
    { findings },
  );
}
