import type { JsonSchema } from '../json-schema/as-parsed.ts';
import { keyTable } from './key-table.ts';

const block = /(<!-- table: ([a-z ]+) -->\n)[^]*?(<!-- end -->)/g;

/**
 * Fills the places of a page that ask for a table; the prose between them stays.
 * @param contentOf what stands in the place of that name; undefined where there is none.
 * @throws RangeError where the page asks for a table that there is not.
 */
export const fillTables = (page: string, contentOf: (name: string) => string | undefined): string =>
  page.replaceAll(block, (_, start: string, name: string, end: string) => {
    const content = contentOf(name);
    if (content === undefined) throw new RangeError(`the reference has no table "${name}"`);
    return start + generated(content) + end;
  });

/** The table of the keys of a map in a JSON Schema. @param path the keys that lead to it, with dots between. */
export function tableAt(schema: JsonSchema, path: string): string {
  const parts = path === '' ? [] : path.split('.');
  return keyTable(parts.reduce((found, part) => found[part] as JsonSchema, schema));
}

/** Prettier would align the tables, and the page would change with every word. */
const generated = (text: string) =>
  `<!-- prettier-ignore-start -->\n\n${text}\n\n<!-- prettier-ignore-end -->\n`;
