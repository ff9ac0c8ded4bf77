import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { exit } from '../../faces/cli/exit-code.ts';
import { verbs } from '../../faces/cli/verbs.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

describe('docs/cli.md', () => {
  it.each(verbs.map(({ name }) => name))('names the verb %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[ \`]`));
  });

  it.each(Object.values(exit))('explains the exit code %i', (code) => {
    expect(page).toMatch(new RegExp(`\\n\\| ${code} +\\| `));
  });
});
