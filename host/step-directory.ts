import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../actions/durable.ts';
import { fileNameOf, stepFiles } from '../actions/step-files.ts';
import type { Path } from '../core/names.ts';

/** One try of a run, as the workflow minted it. */
export interface StepId {
  readonly run: string;
  readonly try: string;
}

export const stepsDirectory = (home: string): string => join(home, 'steps');

export const runDirectory = (home: string, run: string): string =>
  join(stepsDirectory(home), fileNameOf(run));

export const stepDirectory = (home: string, id: StepId): string =>
  join(runDirectory(home, id.run), fileNameOf(id.try));

/** What all tries of a resumable step share; no name of a try has a dot. */
export const resumeDirectory = (home: string, { run, path }: { run: string; path: Path }): string =>
  join(runDirectory(home, run), `${fileNameOf(path)}.resume`);

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
