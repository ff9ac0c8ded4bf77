import { z } from 'zod';
import { ActionFailure } from '../action.ts';
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

/** How much of a log far.sh is asked to tell as it grows, and how much of its end where it is longer, in bytes. */
export const most = { log: 1024 * 1024, tail: 64 * 1024 } as const;

/** The far side promises more of a log than it was asked for. Nothing that it tells can be believed. */
export class TooMuch extends ActionFailure {
  constructor(line: string) {
    super(
      `The other host answers "${line}", and no more than ${most.log} bytes of a log are asked for: what answers there is not Muster's far.sh. ` +
        'Nobody can say what became of the command. Look at that host, and at who can change its sshd and shell.',
      { kind: 'unknown' },
    );
  }
}

/**
 * Reads what a far shell writes. What a login prints by itself goes before the line `hello NONCE` and is passed over.
 * @throws Error where it is not what far.sh tells; TooMuch where it is more than that would tell.
 */
export async function* answersIn(
  chunks: AsyncIterable<Buffer>,
  nonce: string,
): AsyncGenerator<Answer | 'hello'> {
  let held: Buffer[] = [];
  let length = 0;
  let needed = 0; // Of what is held, before anything can be made of it.
  let greeted = false;
  let told = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    length += chunk.length;
    if (length < needed || (needed === 0 && length <= longestLine && !chunk.includes('\n'))) continue;
    let rest = Buffer.concat(held);
    for (needed = 0; ;) {
      const end = rest.indexOf('\n');
      if (end < 0) break;
      const line = rest.subarray(0, end).toString();
      const bytes = greeted ? bytesAfter(line, told) : 0;
      needed = end + 1 + bytes;
      if (rest.length < needed) break;
      const following = Buffer.from(rest.subarray(end + 1, needed));
      rest = rest.subarray(needed);
      needed = 0;
      if (line.startsWith('log ')) told += bytes;
      if (greeted) yield answerOf(line, following);
      else if (line === `hello ${nonce}`) {
        greeted = true;
        yield 'hello';
      }
    }
    [held, length] = [[rest], rest.length];
    if (needed === 0 && length > longestLine) throw new Error('a line without an end');
  }
}

/** @param told how much of the log was told before, in bytes. */
function bytesAfter(line: string, told: number): number {
  const [, word, written] = /^(log|tail) (\d+)$/.exec(line) ?? [];
  const bytes = Number(written ?? 0);
  if (bytes > (word === 'tail' ? most.tail : most.log - told)) throw new TooMuch(line.slice(0, 40));
  return bytes;
}

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
