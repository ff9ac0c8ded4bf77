import type { DocumentPath } from '../problem.ts';
import { type Tree, valueAt } from '../yaml/tree.ts';

/**
 * Takes broken pieces out of a tree, so that what is left can be checked in the same go, and remembers
 * where in the file the items of shortened lists stood.
 */
export class Pruning {
  readonly tree: Tree;
  private readonly standIns: Readonly<Record<string, Tree>>;
  private readonly origins = new WeakMap<Tree[], number[]>();

  /** @param standIns what takes the place of a key of the root that must be there. */
  constructor(tree: Tree, standIns: Readonly<Record<string, Tree>>) {
    this.tree = tree;
    this.standIns = standIns;
  }

  /** Removes what stands at the paths; where a key is missing, the map that misses it. */
  remove(paths: readonly DocumentPath[]): void {
    const shortened = new Map<Tree[], Set<number>>();
    for (const path of paths) this.removeOne(path, shortened);
    for (const [list, gone] of shortened) {
      const origins = this.origins.get(list) ?? list.map((_, index) => index);
      this.origins.set(
        list,
        origins.filter((_, index) => !gone.has(index)),
      );
      const kept = list.filter((_, index) => !gone.has(index));
      list.length = 0;
      for (const item of kept) list.push(item);
    }
  }

  /** The path in the file of what now stands at a path. */
  original(path: DocumentPath): DocumentPath {
    return path.map((part, depth) => {
      const list = typeof part === 'number' ? valueAt(this.tree, path.slice(0, depth)) : undefined;
      return (Array.isArray(list) ? this.origins.get(list)?.[part as number] : undefined) ?? part;
    });
  }

  private removeOne(path: DocumentPath, shortened: Map<Tree[], Set<number>>): void {
    const [owner, last] = [valueAt(this.tree, path.slice(0, -1)), path.at(-1)];
    if (last === undefined || owner === undefined || owner === null || typeof owner === 'string') return;
    if (Array.isArray(owner)) {
      shortened.set(owner, (shortened.get(owner) ?? new Set()).add(Number(last)));
    } else if (Object.hasOwn(owner, last)) {
      delete owner[last];
    } else if (path.length === 1 && Object.hasOwn(this.standIns, last)) {
      owner[last] = structuredClone(this.standIns[last]!);
    } else {
      this.removeOne(path.slice(0, -1), shortened);
    }
  }
}
