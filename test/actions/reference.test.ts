import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { catalogue } from '../../actions/catalogue.ts';
import { referenceOf } from './reference.ts';

const page = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'actions.md');
const begin = '<!-- Made of the descriptions by `UPDATE=1 npm test -- test/actions/reference.test.ts`. -->\n';

describe('docs/actions.md', () => {
  it('ends with the reference that the actions themselves give', async () => {
    const text = readFileSync(page, 'utf8');
    const before = text.slice(0, text.indexOf(begin) + begin.length);
    const whole = `${before}\n${referenceOf(catalogue)}`;
    const wanted = await format(whole, { ...(await resolveConfig(page)), filepath: page });
    if (process.env['UPDATE']) writeFileSync(page, wanted);
    expect(readFileSync(page, 'utf8')).toBe(wanted);
  });
});
