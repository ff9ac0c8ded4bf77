import type { DeliveryResult } from '../../contract/courier.ts';

const timeoutMs = 15_000;

/**
 * Posts a text once. Only an answer from 200 to 299 counts; a redirect is not followed, for it could lead what is told to somebody
 * else. 410 is the receiver's word for never again.
 */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<DeliveryResult> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    await answer.body?.cancel();
    if (answer.ok) return { delivered: true };
    const problem = `the receiver answered ${answer.status}`;
    return answer.status === 410 ? { delivered: false, problem, final: true } : { delivered: false, problem };
  } catch (error) {
    if (signal.aborted) return { delivered: false, problem: `no answer within ${timeoutMs / 1_000} s` };
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    return { delivered: false, problem: code === undefined ? 'it could not be reached' : reasons(code) };
  }
}

/** Never with the address in it: that may be the secret. */
const reasons = (code: string): string =>
  code === 'ECONNREFUSED'
    ? 'nothing listens there'
    : code === 'ENOTFOUND'
      ? 'its name is not known here'
      : `it could not be reached (${code})`;
