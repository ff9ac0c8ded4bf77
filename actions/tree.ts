import type { Dirent } from 'node:fs';
import { lstat, opendir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { ActionFailure } from './action.ts';
import { nameOf, openable, shownPath } from './file-names.ts';

export interface FoundFile {
  /** From the root of the tree, as `file-names.ts` writes it. */
  readonly path: string;
  readonly size: number;
  /** Last written to, in milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Every regular file of a tree, in no order. Symbolic links are never followed.
 * @throws ActionFailure on a link that leads out of the tree, and on what is neither file, directory nor link:
 *   no backup of files has reason to hold it, and it would be a way out of the restored tree.
 */
export async function* filesBelow(root: string, directory = root): AsyncGenerator<FoundFile> {
  for await (const { entry, file } of entriesOf(directory)) {
    const path = relative(root, file);
    if (entry.isDirectory()) yield* filesBelow(root, file);
    else if (entry.isSymbolicLink()) await staysInside(root, file);
    else if (entry.isFile()) {
      const { size, mtimeMs } = await lstat(openable(file));
      yield { path, size, modified: mtimeMs };
    } else
      throw new ActionFailure(
        `The backup holds ${shownPath(path)}, which is neither a file nor a directory.`,
      );
  }
}

/** Every file of a tree, whatever it is, but for symbolic links: what is not regular (a pipe, a device) must not be opened. */
export async function* everyFileBelow(root: string): AsyncGenerator<{ path: string; regular: boolean }> {
  for await (const { path, kind } of everyEntryBelow(root))
    if (kind !== 'link') yield { path, regular: kind === 'file' };
}

/** All of a tree but its directories. */
export async function* everyEntryBelow(
  root: string,
  directory = root,
): AsyncGenerator<{ path: string; kind: 'file' | 'link' | 'other' }> {
  for await (const { entry, file } of entriesOf(directory)) {
    if (entry.isDirectory()) yield* everyEntryBelow(root, file);
    else if (entry.isSymbolicLink()) yield { path: relative(root, file), kind: 'link' };
    else yield { path: relative(root, file), kind: entry.isFile() ? 'file' : 'other' };
  }
}

async function* entriesOf(directory: string): AsyncGenerator<{ entry: Dirent; file: string }> {
  // The types of Node do not know that the names are bytes then.
  for await (const entry of await opendir(openable(directory), { encoding: 'buffer' as BufferEncoding }))
    yield { entry, file: join(directory, nameOf(entry.name as unknown as Buffer)) };
}

async function staysInside(root: string, link: string): Promise<void> {
  const to = await readlink(openable(link));
  // As written and as it is: a way through other links may lead elsewhere than it reads; a dead link has no way.
  const real = await realpath(openable(link)).catch(() => undefined);
  const ways = [
    resolve(dirname(link), to),
    ...(real === undefined ? [] : [join(root, relative(await realpath(root), real))]),
  ];
  if (!to.startsWith('/') && ways.every((way) => `${way}/`.startsWith(`${root}/`))) return;
  throw new ActionFailure(
    `The backup holds a link that leads out of it: ${shownPath(relative(root, link))} → ${to}. Nothing was replaced.`,
  );
}
