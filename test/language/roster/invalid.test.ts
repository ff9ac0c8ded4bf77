import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { codes } from '../../../core/diagnostics/codes.ts';
import { rosterJsonSchema } from '../../../language/json-schema/roster-json-schema.ts';
import { inShort } from '../book.ts';
import { read } from './tools.ts';

const folder = 'runbooks/invalid-rosters';
/** `CODE@line-column.yaml`, or with a word before the ending where a code has several. */
const named = /^(MUSTER_[A-Z_]+)@\d+-\d+(?=(\.[a-z-]+)?\.yaml$)/;
const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

describe('runbooks/invalid-rosters', () => {
  it.each(files)('%s has the mistake of its name there, and no other', (file) => {
    const { diagnostics, roster } = read(textOf(file));
    expect(diagnostics.map(inShort)).toEqual([named.exec(file)?.[0]]);
    expect(diagnostics[0]?.hint).toMatch(/\S/);
    expect(diagnostics[0]?.severity).toBe(roster ? 'warning' : 'error');
  });

  it('has a file for every code that only a roster can give', () => {
    const shown = new Set(files.map((file) => named.exec(file)?.[1]));
    const ours = Object.keys(codes).filter((code) => code.startsWith('MUSTER_ROSTER_'));
    expect(ours.filter((code) => !shown.has(code))).toEqual([]);
  });

  const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(rosterJsonSchema());

  it.each(
    // That a key is whole, a date a day of the calendar, and the rules are beyond a JSON Schema.
    files.filter((file) =>
      /^(?!.*\.(cut|weak)\.)MUSTER_(SCHEMA_(?!TOO_FEW)|ROSTER_(KEY|IDENTITY)@)/.test(file),
    ),
  )('the JSON Schema refuses %s, too', (file) => {
    expect(accepts(parse(textOf(file)))).toBe(false);
  });
});
