// Writes what is generated from the schemas and the catalogue: JSON Schemas and the tables of the references.
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from '../../actions/catalogue.ts';
import { fillReference } from '../reference/fill-reference.ts';
import { fillRosterPage } from '../reference/fill-roster-page.ts';
import { rosterJsonSchema } from './roster-json-schema.ts';
import { runbookJsonSchema } from './runbook-json-schema.ts';

const write = (name: string, schema: object) =>
  writeFileSync(`runbooks/schema/${name}-v1.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);

const fill = (page: string, filled: (text: string) => string) =>
  writeFileSync(page, filled(readFileSync(page, 'utf8')));

write('runbook', runbookJsonSchema(catalogue));
write('roster', rosterJsonSchema());
for (const page of ['runbook', 'actions'])
  fill(`docs/${page}-reference.md`, (text) => fillReference(text, catalogue));
fill('docs/roster.md', fillRosterPage);
