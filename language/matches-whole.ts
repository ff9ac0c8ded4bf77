import { runInNewContext } from 'node:vm';

/** No pattern that a person wrote with care takes this long, in milliseconds. */
const limit = 100;

/**
 * Whether a pattern matches a whole text; undefined where that takes too long to tell. Repeats inside of
 * repeats, as in `(a+)+`, can take longer than anybody lives; a script with a time limit is what ends them.
 * @throws SyntaxError where the pattern is no regular expression.
 */
export function matchesWhole(pattern: string, text: string): boolean | undefined {
  const expression = new RegExp(`^(?:${pattern})$`, 'u');
  try {
    return runInNewContext('expression.test(text)', { expression, text }, { timeout: limit }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
