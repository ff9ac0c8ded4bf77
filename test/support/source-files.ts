import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../local/package-root.ts';

const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', '.muster']);

/** Every file of the project, relative to its top, without what is installed, built or local. */
export function sourceFiles(directory = packageRoot): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name) && !entry.name.endsWith('.tgz'))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.isFile() ? [relative(packageRoot, path)] : [];
    });
}
