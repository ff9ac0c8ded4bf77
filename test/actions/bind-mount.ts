import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';

/** Mounts a directory at another one while something is done; both are of one file system. */
export async function whileMounted<T>(from: string, at: string, act: () => Promise<T>): Promise<T> {
  mkdirSync(at, { recursive: true });
  execFileSync('mount', ['--bind', from, at], { stdio: 'pipe' });
  try {
    return await act();
  } finally {
    execFileSync('umount', [at]);
  }
}

async function canMount(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-mount-'));
  try {
    await whileMounted(directory, join(directory, 'at'), () => Promise.resolve());
    return true;
  } catch {
    return false; // Who is not root, or may not mount where he is, sees these tests skipped.
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export const whereMountable = (await canMount()) ? describe : describe.skip;
