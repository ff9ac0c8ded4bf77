import type { PerformResult } from '../contract/perform.ts';
import type { Found } from '../core/event.ts';
import { shorten } from '../core/printable.ts';

/** What a step may hand on, in bytes: a result that Temporal refuses would undo a finished restore. */
const outputsLimit = 16 * 1024;
/** What it may show beside them, in bytes of JSON. */
const foundLimit = 16 * 1024;
const mostMade = 40;
const mostChecks = 20;

/**
 * Makes a result small enough for Temporal. Outputs are never cut, because later steps would take the rest for
 * the whole: where they are too large the step fails and says so. What is only shown is shortened.
 */
export function fitResult(result: PerformResult): PerformResult {
  const bytes = Object.entries(result.outputs)
    .flat()
    .map(String)
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > outputsLimit) {
    const message =
      `it did its work, but its outputs are ${bytes} bytes and at most ${outputsLimit} can be handed on. ` +
      'Let it write them to a file and hand on its path';
    return fitResult({ outcome: 'failed', outputs: {}, found: { ...result.found, message } });
  }
  return Buffer.byteLength(JSON.stringify(result.found)) <= foundLimit
    ? result
    : { ...result, found: shortened(result.found) };
}

function shortened({ message, made = [], checks = [], ...rest }: Found): Found {
  const more = made.length - mostMade;
  return {
    ...rest,
    ...(message !== undefined && { message: shorten(message, 1_000) }),
    ...(made.length > 0 && { made: [...made.slice(0, mostMade), ...(more > 0 ? [`and ${more} more`] : [])] }),
    // Those that failed first: they are what people decide on.
    checks: [...checks]
      .sort((a, b) => Number(a.passed) - Number(b.passed))
      .slice(0, mostChecks)
      .map((check) => ({
        ...check,
        expected: shorten(check.expected, 100),
        found: shorten(check.found, 100),
      })),
  };
}
