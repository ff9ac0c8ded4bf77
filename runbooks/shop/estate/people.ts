import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { newKey } from '../../../people/new-key.ts';
import { publicLine } from '../../../people/public-key.ts';
import { type Estate, places, shop } from './layout.ts';

/** Who starts the demo's recovery, by her name in the roster. */
export const starter = 'ada';
/** Who opens its gate: the two others who are on call. */
export const approvers = ['grace', 'linus'] as const;
export const people = [starter, ...approvers] as const;

/**
 * Writes the shop's roster beside the estate: the committed text, each of its people with a key made here. One more key,
 * `keeper`, is that of who keeps the roster.
 */
export async function writePeople(estate: Pick<Estate, 'directory'>): Promise<void> {
  const { key, roster } = places(estate);
  const document = parseDocument(readFileSync(join(shop, 'roster.yaml'), 'utf8'));
  for (const person of people) {
    const line = publicLine(await newKey(key(person), person), person);
    document.setIn(['people', person, 'keys'], document.createNode([line]));
  }
  await newKey(key('keeper'), 'keeper');
  writeFileSync(roster, document.toString({ lineWidth: 0 }));
}
