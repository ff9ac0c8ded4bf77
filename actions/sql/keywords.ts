import { ActionFailure } from '../action.ts';

const pair = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?)\s*/sy;

/**
 * Reads libpq's keyword form, `host=db user='o\'brien'`: quotes and backslashes are escaped by a backslash,
 * blanks around `=` are ignored, a value with blanks is quoted.
 * @throws ActionFailure with the place where it cannot be read, never with the text, which may hold a password.
 */
export function parseKeywords(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  pair.lastIndex = 0;
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex;
    const match = pair.exec(text);
    if (!match) {
      throw new ActionFailure(
        `The connection cannot be read at its character ${at + 1}: it must be postgresql://… or key=value pairs like host=db dbname=shop, a value with blanks in single quotes.`,
      );
    }
    const [, key = '', quoted, plain = ''] = match;
    found[key] = (quoted ?? plain).replace(/\\(.)/gs, '$1');
  }
  return found;
}
