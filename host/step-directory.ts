import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../actions/durable.ts';
import { stepFiles } from '../actions/step-files.ts';

/** One try of a run, as the workflow minted it. */
export interface StepId {
  readonly run: string;
  readonly try: string;
}

/** Longest name of a file on the file systems that matter, less what is put behind it. */
const longestName = 200;

export const stepsDirectory = (home: string): string => join(home, 'steps');

export const runDirectory = (home: string, run: string): string => join(stepsDirectory(home), encode(run));

export const stepDirectory = (home: string, id: StepId): string =>
  join(runDirectory(home, id.run), encode(id.try));

/** A name that leads nowhere else, whatever the id holds: no slash, no dot, and never too long. */
function encode(id: string): string {
  const name = id.replace(
    /[^A-Za-z0-9_-]/g,
    (character) => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
  );
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName - 33)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** The id that a name was made of, as far as it says: the end of a long one is not in it. */
export function idOf(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // Somebody else made it.
  }
}

/**
 * Makes the directory of a try, durably, with its work directory and an empty log that only we may read. It may
 * be passed through by others, because a server that a restore starts runs as an unprivileged user.
 */
export async function makeStepDirectory(home: string, id: StepId): Promise<string> {
  const directory = stepDirectory(home, id);
  const first = await mkdir(join(directory, stepFiles.work), { recursive: true, mode: 0o711 });
  await (await open(join(directory, stepFiles.log), 'a', 0o600)).close();
  if (first !== undefined) {
    for (const made of [home, stepsDirectory(home), runDirectory(home, id.run), directory]) {
      await syncDirectory(made);
    }
  }
  return directory;
}
