import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { ActionFailure } from './action.ts';
import { type Beside, besideOf } from './destination.ts';

/** Whose swap is under way. It holds no path: what may be renamed follows from the destination, the run and the try. */
const shape = z.strictObject({
  run: z.string(),
  try: z.string(),
  /** The try whose old directory is put back; absent where a build is put in the place. */
  back: z.string().optional(),
});

export type SwapJournal = z.output<typeof shape>;

export const journalOf = (destination: string): string => `${destination}.swap.json`;

/** What comes into the place, and where what is there goes. */
export function swapOf(destination: string, journal: SwapJournal): Pick<Beside, 'build' | 'aside'> {
  const { build, aside, undone } = besideOf(destination, journal);
  if (journal.back === undefined) return { build, aside };
  return { build: besideOf(destination, { run: journal.run, try: journal.back }).aside, aside: undone };
}

/**
 * The journal of a destination; undefined where there is none.
 * @throws ActionFailure where it cannot be ours: whoever may write beside the destination could have put it there.
 */
export async function readJournal(destination: string): Promise<SwapJournal | undefined> {
  const file = journalOf(destination);
  const handle = await openOwn(file);
  if (!handle) return undefined;
  try {
    const there = await handle.stat();
    if (!there.isFile()) throw notOurs(file, 'is no file');
    if (there.uid !== process.geteuid?.()) throw notOurs(file, `belongs to user ${there.uid}`);
    return parse(file, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

/** Through no link, and without waiting for the other end of a pipe. */
async function openOwn(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw notOurs(file, 'is a symbolic link');
    throw error;
  }
}

function parse(file: string, text: string): SwapJournal {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw notOurs(file, 'does not hold the run and the try of a restore');
  }
}

const notOurs = (file: string, why: string) =>
  new ActionFailure(
    `${file} should say which restore was interrupted while it was swapped in, and ${why}. ` +
      'Nothing was touched. Find out who put it there, and remove it.',
    { kind: 'terminal' },
  );
