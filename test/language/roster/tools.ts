import { readRoster, type RosterTools } from '../../../language/roster/read-roster.ts';
import { readPublicKey } from '../../../people/public-key.ts';
import { sha256 } from '../../../record/sha256.ts';

/** What reading a roster is handed by the terminal, too. */
export const tools: RosterTools = {
  sha256,
  readKey: readPublicKey,
};

export const read = (text: string) => readRoster({ text, file: 'roster.yaml' }, tools);
