import { z } from 'zod';
import type { EndKind } from '../exit-codes.ts';

/** What far.sh tells, a line each; `log` and `tail` are followed by so many bytes. */
export type Answer =
  | { readonly word: 'at'; readonly directory: string }
  | { readonly word: 'busy'; readonly directory: string }
  | { readonly word: 'alive'; readonly size: number }
  | { readonly word: 'ordered' }
  | { readonly word: 'refuse'; readonly kind: EndKind; readonly why: string }
  | { readonly word: 'log' | 'tail'; readonly bytes: Buffer }
  | Over;

/** How a command ended there. */
export interface Over {
  readonly word: 'over';
  readonly state: 'ended' | 'stopped' | 'unknown';
  readonly exit: number | undefined;
  /** Of the whole log, which stays there. */
  readonly size: number;
  readonly sha256: string;
  readonly began: 'no' | 'yes' | 'before-reboot';
}

const overWords = z.tuple([
  z.enum(['ended', 'stopped', 'unknown']),
  z.string().regex(/^(-|\d+)$/),
  z.string().regex(/^\d+$/),
  z.string().regex(/^[0-9a-f]{64}$/),
  z.enum(['no', 'yes', 'before-reboot']),
]);

const kinds = z.enum(['retryable', 'terminal', 'unknown']);

/** Longest line, and what a shell may print before it obeys. */
const longestLine = 64 * 1024;

/**
 * Reads what a far shell writes. What a login prints by itself goes before the line `hello NONCE` and is passed over.
 * @throws Error where it is not what far.sh tells.
 */
export async function* answersIn(
  chunks: AsyncIterable<Buffer>,
  nonce: string,
): AsyncGenerator<Answer | 'hello'> {
  let rest = Buffer.alloc(0);
  let greeted = false;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf('\n');
      if (end < 0) break;
      const line = rest.subarray(0, end).toString();
      const bytes = greeted ? bytesAfter(line) : 0;
      if (rest.length < end + 1 + bytes) break;
      const following = Buffer.from(rest.subarray(end + 1, end + 1 + bytes));
      rest = rest.subarray(end + 1 + bytes);
      if (greeted) yield answerOf(line, following);
      else if (line === `hello ${nonce}`) {
        greeted = true;
        yield 'hello';
      }
    }
    if (rest.length > longestLine && !(greeted && rest.includes('\n')))
      throw new Error('a line without an end');
  }
}

const bytesAfter = (line: string): number => Number(/^(?:log|tail) (\d{1,9})$/.exec(line)?.[1] ?? 0);

function answerOf(line: string, bytes: Buffer): Answer {
  const [word = '', ...words] = line.split(' ');
  const rest = line.slice(word.length + 1);
  switch (word) {
    case 'log':
    case 'tail':
      return { word, bytes };
    case 'at':
    case 'busy':
      return { word, directory: rest };
    case 'ordered':
      return { word };
    case 'alive':
      return { word, size: Number(rest) };
    case 'refuse':
      return { word, kind: kinds.parse(words[0]), why: words.slice(1).join(' ') };
    case 'over': {
      const [state, exit, size, sha256, began] = overWords.parse(words);
      return {
        word,
        state,
        exit: exit === '-' ? undefined : Number(exit),
        size: Number(size),
        sha256,
        began,
      };
    }
    default:
      throw new Error(`a line that is none of far.sh: ${line.slice(0, 200)}`);
  }
}
