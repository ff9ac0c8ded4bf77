import { rm } from 'node:fs/promises';
import type { z } from 'zod';
import { ActionFailure, type ActionResult, type Run } from '../action.ts';
import { Examples } from '../examples.ts';
import { Secrets } from '../secret.ts';
import type { description } from './describe.ts';
import { entriesOf, type Reading, type Side } from './entries.ts';
import { keyOf, type SortedEntry, sortedFile, sortedSide } from './sorted.ts';

type Input = z.output<typeof description.input>;

interface Figures {
  readonly left: number;
  readonly right: number;
  readonly matched: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly doubled: number;
  readonly leftOut: number;
}

/** `missing` is on the left and not on the right, `extra` the other way round; `value` is how many do not fit at all. */
export const run: Run<Input> = (input, context) =>
  (input.by === 'counts' ? byCounts : byKeys)(input, {
    context,
    secrets: new Secrets(),
    withValues: input.by === 'values',
  });

async function byKeys({ left, right }: Input, reading: Reading): Promise<ActionResult> {
  try {
    const one = await sortedSide('left', left, reading);
    const other = await sortedSide('right', right, reading);
    const { counts, examples } = await merged(one.entries, other.entries);
    const [missing, extra, different] = examples.map(({ count }) => count) as [number, number, number];
    const figures = {
      left: counts.left,
      right: counts.right,
      matched: counts.left - missing - different,
      ...{ missing, extra, different },
      doubled: one.doubled() + other.doubled(),
      leftOut: one.leftOut + other.leftOut,
    };
    const details = examples.filter(({ count }) => count > 0).join('; ');
    return resultOf(figures, reading.secrets.redact(details));
  } finally {
    for (const name of ['left', 'right'] as const)
      await rm(sortedFile(name, reading.context), { force: true });
  }
}

/** Walks both sides in their common order. */
async function merged(left: AsyncGenerator<SortedEntry>, right: AsyncGenerator<SortedEntry>) {
  const [missing, extra, different] = ['missing', 'extra', 'different'].map((what) => new Examples(what)) as [
    Examples,
    Examples,
    Examples,
  ];
  const counts = { left: 0, right: 0 };
  let [one, other] = [await left.next(), await right.next()];
  while (!one.done || !other.done) {
    const order = one.done ? 1 : other.done ? -1 : comparedTokens(one.value.token, other.value.token);
    if (order < 0) missing.add(keyOf(one.value.token));
    else if (order > 0) extra.add(keyOf(other.value.token));
    else if (one.value.value !== other.value.value) different.add(keyOf(one.value.token));
    if (order <= 0) {
      counts.left += 1;
      one = await left.next();
    }
    if (order >= 0) {
      counts.right += 1;
      other = await right.next();
    }
  }
  return { counts, examples: [missing, extra, different] };
}

/** By bytes, as `sort` does in the locale C. */
const comparedTokens = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

async function byCounts(input: Input, reading: Reading): Promise<ActionResult> {
  const [left, right] = [
    await countOf('left', input.left, reading),
    await countOf('right', input.right, reading),
  ];
  const matched = Math.min(left, right);
  const figures = { left, right, matched, missing: left - matched, extra: right - matched };
  return resultOf({ ...figures, different: 0, doubled: 0, leftOut: 0 }, '');
}

/** Files are counted; a query and a program say the number. */
async function countOf(name: string, side: Side, reading: Reading): Promise<number> {
  let count = 0;
  let said: string | undefined;
  for await (const found of entriesOf(side, reading)) {
    if (found === 'left out') continue;
    count += 1;
    said = found.key;
    if (side.directory === undefined && count > 1) break;
  }
  if (side.directory !== undefined) return count;
  if (count === 1 && /^\s*\d{1,15}\s*$/.test(said ?? '')) return Number(said);
  throw new ActionFailure(
    `By counts the ${name} side must say one whole number, such as select count(*); it says ${count > 1 ? 'more' : JSON.stringify(said ?? 'nothing')}.`,
    { kind: 'terminal' },
  );
}

/** @throws ActionFailure where there is nothing on the left: nothing was compared, and that must not look like a proof. */
function resultOf(figures: Figures, details: string): ActionResult {
  const { left, right, matched, missing, extra, different, leftOut } = figures;
  const findings = { value: missing + extra + different, ...figures };
  if (left > 0) return { outputs: { left, right, matched }, findings, ...(details !== '' && { details }) };
  const why = leftOut > 0 ? ` ${leftOut} did not match its pattern.` : '';
  throw new ActionFailure(
    `The left side has no keys, so nothing was compared.${why} Look at its query, directory or pattern.`,
    { findings },
  );
}
