import { copyFileSync, existsSync, statSync, truncateSync } from 'node:fs';

/** A log that has grown beyond `maxBytes` becomes `<file>.1` (the one before is dropped) and starts anew. */
export function boundLog(file: string, maxBytes: number): void {
  if (!existsSync(file) || statSync(file).size <= maxBytes) return;
  // Its writer keeps the file open for appending, so it is emptied, not renamed.
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}
