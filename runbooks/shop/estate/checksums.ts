import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Writes a line `SHA-256  path` for each file below a directory, as sha256sum does. */
export async function writeManifest(directory: string, manifest: string): Promise<void> {
  const lines = Object.entries(await checksums(directory)).map(([path, sum]) => `${sum}  ${path}\n`);
  await writeFile(manifest, lines.join(''));
}

/** SHA-256 of every file below a directory, by its path from there, in order; a segment that is just being archived is none yet. */
export async function checksums(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
    .map((entry) => join(entry.parentPath, entry.name));
  const sums: Record<string, string> = {};
  for (const file of files.sort()) {
    const sum = createHash('sha256').update(await readFile(file));
    sums[relative(directory, file)] = sum.digest('hex');
  }
  return sums;
}
