import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Instant } from '../core/units.ts';
import { ActionFailure } from './action.ts';

const shape = z.object({
  id: z.string().min(1).optional(),
  time: z.iso.datetime({ offset: true }).transform((text): Instant => Date.parse(text)),
  bytes: z.int().nonnegative().optional(),
  keys: z.int().nonnegative().optional(),
});

export interface BackupInfo {
  /** The id of this recovery point: what its file says, or else the backup's name. */
  readonly id: string;
  /** Up to which moment everything is in the backup. */
  readonly time: Instant;
  /** Size of all its files, unpacked. */
  readonly bytes?: number;
  /** How many keys it holds, where it is of a store of keys. */
  readonly keys?: number;
}

/**
 * Reads the file that stands beside a backup, `X.json` beside `X`: `{"time": "2024-05-01T03:00:00Z"}`, and
 * where they are known `"id"` and `"bytes"`; other keys are ignored.
 * @throws ActionFailure where it is missing or does not say the time: nobody would know what was lost.
 */
export async function readBackupInfo(file: string, name: string): Promise<BackupInfo> {
  try {
    const { id = name, time, bytes, keys } = shape.parse(JSON.parse(await readFile(file, 'utf8')));
    return { id, time, ...(bytes !== undefined && { bytes }), ...(keys !== undefined && { keys }) };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new ActionFailure(
      `${file} ${why}. It must say up to when the backup is complete: {"time": "2024-05-01T03:00:00Z"}. Without it nobody knows what is lost.`,
      { cause },
    );
  }
}
