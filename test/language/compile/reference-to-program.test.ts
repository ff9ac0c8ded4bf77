import { describe, expect, it } from '@jest/globals';
import { resolve, type Value } from '../../../core/value.ts';
import { fill, type Filling } from '../../../language/compile/fill.ts';

const said = { $parts: [{ ref: { from: 'step', path: 'a', output: 'stdout' } }] } as const;

describe('what is filled in', () => {
  it('names no program to be run', () => {
    for (const text of ['exec:/bin/sh -c id', 'exec:["/bin/sh"]']) {
      expect(() => resolve({ env: { S: said } }, { 'a.stdout': text })).toThrow('only a runbook may name');
    }
    const halves: Value = { $parts: [{ text: 'ex' }, ...said.$parts] };
    expect(() => resolve(halves, { 'a.stdout': 'ec:/bin/sh' })).toThrow('only a runbook may name');
    expect(resolve(said, { 'a.stdout': 'exec: done' })).toBe('exec: done');
  });

  it('names none as a parameter, nor as a part of one that a runbook names', () => {
    const filling: Filling = { lookup: () => ({ text: 'exec:/bin/sh' }), problems: [] };
    fill('{{parameters.x}}', ['with'], filling);
    fill('exec:/bin/pass {{parameters.x}}', ['with'], filling);
    const said = 'A secret exec: holds no templates: only a runbook may name a program.';
    expect(filling.problems.map(({ summary }) => summary)).toEqual([said, said]);
  });

  it('leaves alone what a runbook names', () => {
    const filling: Filling = { lookup: () => undefined, problems: [] };
    expect(fill('exec:/bin/pass db', ['with'], filling)).toBe('exec:/bin/pass db');
    expect(filling.problems).toEqual([]);
  });
});
