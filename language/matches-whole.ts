import { runInNewContext } from 'node:vm';

/**
 * No pattern that a person wrote with care takes this long, in milliseconds. They are of the clock on the wall, and on a machine
 * that is busy nothing may happen in the first of them: so it is tried once more, with many.
 */
const limits = [100, 3_000] as const;

/**
 * Whether a pattern matches a whole text; undefined where that takes too long to tell. Repeats inside of
 * repeats, as in `(a+)+`, can take longer than anybody lives; a script with a time limit is what ends them.
 * @throws SyntaxError where the pattern is no regular expression.
 */
export function matchesWhole(pattern: string, text: string): boolean | undefined {
  const expression = new RegExp(`^(?:${pattern})$`, 'u');
  for (const timeout of limits) {
    try {
      return runInNewContext('expression.test(text)', { expression, text }, { timeout }) as boolean;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    }
  }
  return undefined;
}
