import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, the same from the sources, from `dist` and from an installed package. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Absolute path of a built file, e.g. `builtFile('worker/main.js')`: what child processes run. */
export function builtFile(path: string): string {
  return join(packageRoot, 'dist', path);
}

function findRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`No package.json above ${fileURLToPath(import.meta.url)}.`);
  return findRoot(parent);
}
