import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeFile } from '../marker.ts';
import type { Report } from '../report.ts';
import { asideFile, parseSetAside } from '../set-aside.ts';
import { stepFiles } from '../step-files.ts';

/** What the tries of a run made and set aside, by their reports and by the marks that they set; each once. */
export async function madeByRun(runDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(runDirectory, { withFileTypes: true });
  const made = new Set<string>();
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const directory = join(runDirectory, entry.name);
    const marked = await textOf(join(directory, stepFiles.work, madeFile));
    const report = await textOf(join(directory, stepFiles.report));
    const aside = await textOf(join(directory, stepFiles.work, asideFile));
    for (const line of marked.split('\n').filter(Boolean)) made.add(JSON.parse(line) as string);
    for (const line of aside.split('\n')) {
      const place = parseSetAside(line)?.place;
      if (place !== undefined) made.add(place);
    }
    for (const place of report ? ((JSON.parse(report) as Report).found.made ?? []) : []) made.add(place);
  }
  return [...made];
}

/** Empty where there is no such file. */
export async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
