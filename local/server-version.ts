import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Before 1.29.2 an authenticated client could reach other namespaces (CVE-2025-14987); ours is the least that is used. */
export const leastServerVersion = '1.29.2';

/** The server's version of a `temporal` program, e.g. `1.29.7`; undefined where it cannot be run or says none. */
export async function serverVersion(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(binary, ['--version'], { timeout: 10_000 });
    return /\bServer (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined; // not there, or not for this machine: the next source is tried
  }
}

/** Whether a version such as `1.30.0` is at least another one. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (const [index, wanted] of b.entries()) {
    const found = a[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}
