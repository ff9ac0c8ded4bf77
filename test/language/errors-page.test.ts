import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { codes } from '../../core/diagnostics/codes.ts';

describe('docs/errors.md', () => {
  const sections = readFileSync('docs/errors.md', 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const);

  it('has one section for each code of the registry, and no other', () => {
    expect(sections.map(([code]) => code).toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  it.each(sections)('%s begins with its sentence and says what to do', (code, section) => {
    expect(section).toContain(`\n${codes[code as keyof typeof codes]} `);
    expect(section).toContain('**What to do:** ');
  });
});
