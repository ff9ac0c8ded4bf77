import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../actions/catalogue.ts';
import { readRunbook } from '../language/read-runbook.ts';
import { fillRosterPage, rosterTableNames } from '../language/reference/fill-roster-page.ts';
import { readRoster } from '../language/roster/read-roster.ts';
import { packageRoot } from '../local/package-root.ts';
import { tools } from './language/roster/tools.ts';

const pages = ['.', 'docs', 'docs/decisions', 'runbooks/shop', 'host'].flatMap((folder) =>
  readdirSync(join(packageRoot, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);

const read = (page: string): string => readFileSync(join(packageRoot, page), 'utf8');

describe('the pages', () => {
  it.each(pages)('%s leads to pages that are there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(packageRoot, dirname(page), link)))).toEqual([]);
  });

  it('the first runbook of the README is a runbook', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    const { diagnostics, runbook } = readRunbook({ text, file: 'notes.yaml' }, catalogue);
    expect(diagnostics).toEqual([]);
    expect(runbook?.runbook.name).toBe('notes');
  });

  it('the complete roster of docs/roster.md is one, without a warning', () => {
    const [, text = ''] = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(read('docs/roster.md')) ?? [];
    const { diagnostics, roster } = readRoster({ text, file: 'roster.yaml' }, tools);
    expect(diagnostics).toEqual([]);
    expect(Object.keys(roster?.people ?? {})).toEqual(['ada', 'grace', 'linus']);
  });

  it('docs/roster.md has every table of the schema (npm run schema writes them)', () => {
    const page = read('docs/roster.md');
    expect(fillRosterPage(page)).toBe(page);
    expect(rosterTableNames.filter((name) => !page.includes(`<!-- table: ${name} -->`))).toEqual([]);
  });
});
