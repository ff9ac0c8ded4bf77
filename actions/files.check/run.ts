import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { type ActionContext, ActionFailure, type Run } from '../action.ts';
import { readChecksums, sha256 } from '../checksums.ts';
import { Examples } from '../examples.ts';
import { markerFile } from '../marker.ts';
import { everyFileBelow } from '../tree.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** `value` is how many files are as the manifest says. */
export const run: Run<Input> = async (input, context) => {
  const { directory, manifest } = input;
  const expected = await readChecksums(manifest);
  const there = await lstat(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`${directory} cannot be read (${cause.code}): there is nothing to check.`, {
      cause,
    });
  });
  if (!there.isDirectory())
    throw new ActionFailure(`${directory} is no directory. Name the one that it leads to.`);
  const sums = await sumsBelow(directory, expected, context).catch((cause: NodeJS.ErrnoException) => {
    context.signal.throwIfAborted();
    if (cause.code === undefined) throw cause;
    throw new ActionFailure(
      `${cause.path ?? directory} cannot be read (${cause.code}): not all was checked.`,
      { cause },
    );
  });
  const wrong = compared(expected, sums.found);
  const figures = { files: sums.found.size, bytes: sums.bytes };
  const value = expected.size - wrong.missing.count - wrong.different.count;
  const findings = {
    value,
    expected: expected.size,
    ...figures,
    missing: wrong.missing.count,
    extra: wrong.extra.count,
    different: wrong.different.count,
    refused: input.extra === 'refuse' ? wrong.extra.count : 0,
  };
  const refused = [wrong.missing, wrong.different, ...(input.extra === 'refuse' ? [wrong.extra] : [])];
  const said = refused.filter(({ count }) => count > 0).map(String);
  if (said.length === 0) return { outputs: figures, findings };
  throw new ActionFailure(
    `${directory} is not what ${manifest} says: ${said.join('; ')}. ${value} of ${expected.size} files are as they should be.`,
    { findings },
  );
};

interface Sums {
  /** SHA-256 by path; undefined where nothing was to be compared. */
  readonly found: ReadonlyMap<string, string | undefined>;
  readonly bytes: number;
}

async function sumsBelow(
  root: string,
  expected: ReadonlyMap<string, string>,
  context: ActionContext,
): Promise<Sums> {
  const { signal } = context;
  const found = new Map<string, string | undefined>();
  let bytes = 0;
  const onBytes = (more: number) =>
    context.progress({ done: (bytes += more), unit: 'bytes', doing: 'reading' });
  for await (const { path, regular } of everyFileBelow(root)) {
    signal.throwIfAborted();
    if (path === markerFile && !expected.has(path)) continue;
    const compare = regular && expected.has(path);
    found.set(path, compare ? await sha256(join(root, path), { signal, onBytes }) : undefined);
  }
  return { found, bytes };
}

function compared(expected: ReadonlyMap<string, string>, found: Sums['found']) {
  const [missing, extra, different] = ['missing', 'not in the manifest', 'different'].map(
    (what) => new Examples(what),
  ) as [Examples, Examples, Examples];
  for (const [path, sum] of expected) {
    if (!found.has(path)) missing.add(path);
    else if (found.get(path) !== sum) different.add(path);
  }
  for (const path of found.keys()) if (!expected.has(path)) extra.add(path);
  return { missing, extra, different };
}
