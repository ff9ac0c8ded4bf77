import { createHash } from 'node:crypto';
import { readRoster, type RosterTools } from '../../../language/roster/read-roster.ts';
import { readPublicKey } from '../../../people/public-key.ts';

/** What reading a roster is handed by the terminal, too. */
export const tools: RosterTools = {
  sha256: (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`,
  readKey: readPublicKey,
};

export const read = (text: string) => readRoster({ text, file: 'roster.yaml' }, tools);
