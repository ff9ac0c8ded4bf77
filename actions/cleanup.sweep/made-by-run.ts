import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { readJsonLines, text } from '../json-lines.ts';
import { madeFile } from '../marker.ts';
import type { Report } from '../report.ts';
import { readSetAside } from '../set-aside.ts';
import { stepFiles } from '../step-files.ts';

/** What the tries of a run made and set aside, by their reports and by the marks that they set; each once. */
export async function madeByRun({
  runDirectory,
  log,
}: Pick<ActionContext, 'runDirectory' | 'log'>): Promise<readonly string[]> {
  const entries = await readdir(runDirectory, { withFileTypes: true });
  const made = new Set<string>();
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const directory = join(runDirectory, entry.name);
    const work = join(directory, stepFiles.work);
    const report = await textOf(join(directory, stepFiles.report));
    for (const place of await readJsonLines(join(work, madeFile), text, log)) made.add(place);
    for (const { place } of await readSetAside(work, log)) made.add(place);
    for (const place of report ? ((JSON.parse(report) as Report).found.made ?? []) : []) made.add(place);
  }
  return [...made];
}

/** Empty where there is no such file. */
async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
