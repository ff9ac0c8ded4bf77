import { rosterJsonSchema } from '../json-schema/roster-json-schema.ts';
import { fillTables, tableAt } from './fill-tables.ts';

const person = 'properties.people.additionalProperties';

/** Where the maps of a roster are in its JSON Schema, by the name that the page gives them. */
const tables: Readonly<Record<string, string>> = {
  roster: '',
  person,
  openid: `${person}.properties.openid`,
  absent: `${person}.properties.absent.items`,
  edge: 'properties.edges.additionalProperties',
  'break glass': 'properties.breakGlass',
};

/** Fills the tables of docs/roster.md from the schema. */
export function fillRosterPage(page: string): string {
  const schema = rosterJsonSchema();
  return fillTables(page, (name) => (name in tables ? tableAt(schema, tables[name]!) : undefined));
}

/** The names of all tables, so that none is left out of the page. */
export const rosterTableNames: readonly string[] = Object.keys(tables);
