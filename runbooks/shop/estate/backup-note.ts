import { writeFile } from 'node:fs/promises';

/** Writes the file beside a backup that says up to which moment everything is in it. */
export async function noteBackup(
  file: string,
  { id, time }: { readonly id: string; readonly time: Date },
): Promise<void> {
  await writeFile(file, `${JSON.stringify({ id, time: time.toISOString() })}\n`);
}
