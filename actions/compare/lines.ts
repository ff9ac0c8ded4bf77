import { createReadStream } from 'node:fs';
import { ActionFailure } from '../action.ts';

/** Longest line, in characters: a list of keys has none that is longer. */
const longest = 64 * 1024;

/**
 * The lines of a file, read piece by piece. In `latin1` each byte is one character.
 * @throws ActionFailure on a line longer than 64 KB: it may be gigabytes long.
 */
export async function* linesOf(
  file: string,
  { encoding, signal }: { readonly encoding: 'utf8' | 'latin1'; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(file, { encoding, signal }) as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longest)
      throw new ActionFailure(
        `A line of more than 64 KB is no key. It begins with ${JSON.stringify(rest.slice(0, 80))}.`,
      );
  }
  if (rest !== '') yield rest;
}
