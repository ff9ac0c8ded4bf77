import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { entriesOf, type Reading, type Side } from './entries.ts';
import { linesOf } from './lines.ts';

/** One key, in an order that is the same on both sides. */
export interface SortedEntry {
  /** The key as JSON, a character for each byte of its UTF-8: of these none is the beginning of another. */
  readonly token: string;
  readonly value: string;
}

export interface SortedSide {
  readonly entries: AsyncGenerator<SortedEntry>;
  /** How many keys came more than once so far; only the first of each is among the entries. */
  readonly doubled: () => number;
  readonly leftOut: number;
}

/** Memory that sorting a side may take; what is more goes to the disk. */
const sortMemory = '32M';
const linesAtOnce = 1_000;

/** Where a side is while it is compared. */
export const sortedFile = (name: 'left' | 'right', { workDirectory }: Pick<ActionContext, 'workDirectory'>) =>
  join(workDirectory, `${name}.sorted`);

/**
 * Reads a side and sorts it by its keys, in a file of the step: so a hundred million keys need no more memory than ten.
 * @throws ActionFailure where values are compared and a key has none.
 */
export async function sortedSide(name: 'left' | 'right', side: Side, reading: Reading): Promise<SortedSide> {
  const { context, withValues } = reading;
  const file = sortedFile(name, context);
  const counts = { keys: 0, leftOut: 0, doubled: 0 };
  const tell = () => context.progress({ done: counts.keys, unit: 'rows', doing: `reading the ${name} side` });
  async function* lines(): AsyncGenerator<string> {
    let batch: string[] = [];
    for await (const found of entriesOf(side, reading)) {
      if (found === 'left out') counts.leftOut += 1;
      else batch.push(lineOf(found.key, withValues ? (found.value ?? noValue(name, found.key)) : ''));
      if (batch.length < linesAtOnce) continue;
      counts.keys += batch.length;
      tell();
      yield batch.join('');
      batch = [];
    }
    counts.keys += batch.length;
    tell();
    yield batch.join('');
  }
  const argv = ['sort', `--buffer-size=${sortMemory}`, `--temporary-directory=${context.workDirectory}`];
  await runOrFail([...argv, `--output=${file}`], context, {
    doing: `Sorting the ${name} side`,
    env: { LC_ALL: 'C' },
    stdin: Readable.from(lines()),
  });
  const entries = distinct(file, () => (counts.doubled += 1), context.signal);
  return { entries, doubled: () => counts.doubled, leftOut: counts.leftOut };
}

const lineOf = (key: string, value: string) => `${JSON.stringify(key)}\t${JSON.stringify(value)}\n`;

function noValue(name: string, key: string): never {
  throw new ActionFailure(
    `On the ${name} side the key ${JSON.stringify(key.slice(0, 200))} has no value to compare. Add a second column, a (?<value>…) in the pattern, or compare by keys.`,
    { kind: 'terminal' },
  );
}

async function* distinct(
  file: string,
  onDoubled: () => void,
  signal: AbortSignal,
): AsyncGenerator<SortedEntry> {
  let before: string | undefined;
  let again = false;
  for await (const line of linesOf(file, { encoding: 'latin1', signal })) {
    const tab = line.indexOf('\t');
    const token = line.slice(0, tab);
    if (token !== before) {
      again = false;
      before = token;
      yield { token, value: line.slice(tab + 1) };
    } else if (!again) {
      again = true;
      onDoubled();
    }
  }
}

/** The key of a token, as it was. */
export const keyOf = (token: string): string =>
  JSON.parse(Buffer.from(token, 'latin1').toString('utf8')) as string;
