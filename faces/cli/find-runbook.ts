import { extname } from 'node:path';
import { isPlanFile } from '../../client/plan-file.ts';
import type { FindRunbook } from '../../language/read-children.ts';
import { largestDocument } from '../../language/yaml/parse.ts';
import { readRegular } from './read-regular.ts';

const endings = ['.yaml', '.yml', '.json'];

/** Reads the runbooks that another one runs: whoever wrote that names any file of this host, and sees what is said of it. */
export const findRunbook: FindRunbook = (file) => {
  if (!endings.includes(extname(file)))
    return { trouble: `the name of a runbook that another one runs ends in ${endings.join(', ')}` };
  const text = readRegular(file, largestDocument);
  return typeof text === 'string' && isPlanFile(text) ? { trouble: 'it is a plan, not a runbook' } : text;
};
