import { readFileSync } from 'node:fs';
import { isPlanFile } from '../../client/plan-file.ts';
import type { FindRunbook } from '../../language/read-children.ts';

/** Reads the runbooks that another one runs. */
export const findRunbook: FindRunbook = (file) => {
  try {
    const text = readFileSync(file, 'utf8');
    return isPlanFile(text) ? { trouble: 'it is a plan, not a runbook' } : text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { trouble: 'there is no such file' };
    return { trouble: code === 'EISDIR' ? 'it is a directory' : String(cause) };
  }
};
