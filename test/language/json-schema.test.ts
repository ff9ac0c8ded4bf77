import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { catalogue as actions } from '../../actions/catalogue.ts';
import { runbookJsonSchema } from '../../language/json-schema/runbook-json-schema.ts';
import { fillReference, tableNames } from '../../language/reference/fill-reference.ts';
import { book } from './book.ts';
import { catalogue } from './catalogue.ts';

const acceptedWith = (catalogueOf: typeof actions) =>
  new Ajv({ strict: true, allowUnionTypes: true }).compile(runbookJsonSchema(catalogueOf));

const shop = acceptedWith(actions);

describe('the JSON Schema', () => {
  it('is the one that is committed (npm run schema writes it)', () => {
    const committed: unknown = JSON.parse(readFileSync('runbooks/schema/runbook-v1.schema.json', 'utf8'));
    expect(runbookJsonSchema(actions)).toEqual(committed);
  });

  it('takes what an editor’s parser makes of a valid runbook', () => {
    const accepts = acceptedWith(catalogue);
    const parsed = parse(book) as { sites: { primary: { vars: unknown } } };
    expect(parsed.sites.primary.vars).toEqual({ port: 5432, name: 12 });
    expect([accepts(parsed), accepts.errors]).toEqual([true, null]);
    expect([shop(parse(readFileSync('runbooks/shop/runbook.yaml', 'utf8'))), shop.errors]).toEqual([
      true,
      null,
    ]);
  });

  it('takes the texts of a runbook, too, and templates wherever an action wants a number or a pattern', () => {
    const accepts = acceptedWith(catalogue);
    const texts = book.replace('port: 5432', "port: '5432'").replace('noReturn: true', "noReturn: 'true'");
    expect(accepts(parse(texts))).toBe(true);
    expect(accepts(parse(book.replace("port: '{{target.vars.port}}'", 'port: 5432')))).toBe(true);
  });

  it.each(
    // That two keys go together is a rule: no schema of theirs says it.
    readdirSync('runbooks/invalid').filter((file) =>
      /^(?!.*\.choices\.)MUSTER_(SCHEMA_(?!TOO_FEW)|ACTION_UNKNOWN|ACTION_INPUT|CHECK_EXPECT@)/.test(file),
    ),
  )('refuses %s', (file) => {
    expect(shop(parse(readFileSync(`runbooks/invalid/${file}`, 'utf8')))).toBe(false);
  });
});

describe('the references of runbooks and actions', () => {
  const pages = ['runbook', 'actions'].map((name) => readFileSync(`docs/${name}-reference.md`, 'utf8'));

  it('have the tables of the schema and the catalogue (npm run schema writes them)', () => {
    expect(pages.map((page) => fillReference(page, actions))).toEqual(pages);
  });

  it('leave no table out', () => {
    const all = pages.join('');
    expect(tableNames.filter((name) => !all.includes(`<!-- table: ${name} -->`))).toEqual([]);
  });

  it('know no other tables', () => {
    expect(() => fillReference('<!-- table: nothing -->\n<!-- end -->', actions)).toThrow(RangeError);
  });
});
