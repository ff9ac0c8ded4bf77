import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces a file as a whole; it is on the disk, under its name, when this returns. */
export async function replaceDurably(file: string, text: string): Promise<void> {
  const beside = await writeBeside(file, text);
  await rename(beside, file);
  await syncDirectory(dirname(file));
}

/**
 * Writes a file that is written once. It is on the disk when this returns.
 * @returns false where the file was there before; it is left as it is.
 */
export async function createDurably(file: string, text: string): Promise<boolean> {
  const beside = await writeBeside(file, text);
  try {
    await link(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
  await syncDirectory(dirname(file));
  return true;
}

/** Makes the names inside a directory last. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether writing failed for want of room, which somebody may make. */
export const isFullDisk = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

let written = 0;

async function writeBeside(file: string, text: string): Promise<string> {
  written += 1;
  const beside = `${file}.${process.pid}.${written}.tmp`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return beside;
}
