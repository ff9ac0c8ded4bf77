import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../actions/catalogue.ts';
import { readRunbook } from '../language/read-runbook.ts';
import { packageRoot } from '../local/package-root.ts';

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
});
