// Writes what is generated from the schema and the catalogue: the JSON Schema and the tables of the reference.
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from '../../actions/catalogue.ts';
import { fillReference } from '../reference/fill-reference.ts';
import { runbookJsonSchema } from './runbook-json-schema.ts';

const jsonSchema = 'runbooks/schema/runbook-v1.schema.json';
const reference = 'docs/runbook-reference.md';
writeFileSync(jsonSchema, `${JSON.stringify(runbookJsonSchema(catalogue), null, 2)}\n`);
writeFileSync(reference, fillReference(readFileSync(reference, 'utf8'), catalogue));
