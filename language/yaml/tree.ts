import type { DocumentPath } from '../problem.ts';

/** A value of the file while it is checked; `null` where what was written is refused. */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

/** The value at a path; undefined where there is none. */
export function valueAt(tree: Tree, path: DocumentPath): Tree | undefined {
  let value: Tree | undefined = tree;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, part) ? (value as { [key: string]: Tree })[part] : undefined;
  }
  return value;
}
