import { readRoster, type RosterReading } from '../../language/roster/read-roster.ts';
import { readPublicKey } from '../../people/public-key.ts';
import { readText } from './read-file.ts';
import { sha256 } from '../../record/sha256.ts';

/** Reads a roster; its mistakes are data. @throws CliFailure where the file cannot be read. */
export async function readRosterFile(file: string): Promise<RosterReading & { readonly text: string }> {
  const text = await readText(file);
  return { text, ...readRoster({ text, file }, { sha256, readKey: readPublicKey }) };
}
