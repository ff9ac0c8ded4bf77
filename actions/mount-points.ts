import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * What is mounted at a directory, or anywhere below it. The kernel's own list says it: a bind mount of the same file system
 * has the same device as what it is mounted on, and no look at the files can tell it from them.
 * @param place need not be there; its parent must be.
 */
export async function mountedWithin(place: string): Promise<string | undefined> {
  const real = join(await realpath(dirname(place)), basename(place)); // The list knows no links on the way.
  return (await mountPoints()).find((point) => `${point}/`.startsWith(`${real}/`));
}

async function mountPoints(): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  const octal = (written: string) =>
    written.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
  return text.split('\n').filter(Boolean).map((entry) => octal(entry.split(' ')[4] ?? '')); // prettier-ignore
}
