import { ApplicationFailure } from '@temporalio/common';

/** Codes of payloads that cannot be read, as `docs/errors.md` lists them. */
export const payloadCodes = {
  missing: 'MUSTER_PAYLOAD_KEY_MISSING',
  wrong: 'MUSTER_PAYLOAD_KEY_WRONG',
  tooLarge: 'MUSTER_PAYLOAD_TOO_LARGE',
} as const;

type PayloadCode = (typeof payloadCodes)[keyof typeof payloadCodes];

/** Something cannot be read here. Temporal tries again: with the key, what waits goes on. */
export const payloadFailure = (code: PayloadCode, why: string): ApplicationFailure =>
  ApplicationFailure.retryable(`${why} (${code})`, code);

/** What is said where a payload, or what was made of one, could not be read; undefined where it is something else. */
export function payloadTrouble(error: unknown): string | undefined {
  const codes: readonly unknown[] = Object.values(payloadCodes);
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof ApplicationFailure && codes.includes(one.type)) return one.message;
  // A worker that answers a question in Temporal's name hands on the words alone.
  const words = error instanceof Error ? error.message : '';
  return /\(MUSTER_PAYLOAD_\w+\)/.test(words) ? words : undefined;
}
