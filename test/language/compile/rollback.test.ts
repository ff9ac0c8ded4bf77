import { describe, expect, it } from '@jest/globals';
import { actsUndeclared } from '../../../core/undeclared.ts';
import { anyone } from '../../../core/ask.ts';
import { forecast } from '../../../core/forecast.ts';
import { gate, planOf, runbook, step, system } from './build.ts';

const back = {
  rollback: [step('undo', 'noop')],
  fence: { none: 'x' },
  recover: [step('start', 'restore', { with: { to: '/x', port: '1' } })],
};
const book = runbook({
  systems: {
    db: system(back),
    cache: system({ ...back, rollback: [], needs: ['db'] }),
    api: system({ ...back, needs: ['go'], wants: ['cache'] }),
  },
  gates: { go: gate({ needs: ['db'] }) },
});

describe('rollback', () => {
  it('comes after the system and all that stands on it, however indirectly', () => {
    const { nodes } = planOf(book);
    expect(nodes['api.rollback']).toMatchObject({ kind: 'rollback', after: ['api'], needs: [] });
    expect([...nodes['db.rollback']!.after].sort()).toEqual(['api', 'api.rollback', 'cache', 'db', 'go']);
    expect(nodes['cache.rollback']).toBeUndefined();
  });

  it('is no part of a rehearsal, nor of what the plan reckons with', () => {
    expect(
      Object.keys(planOf(book, { mode: 'rehearsal', to: 'cell' }).nodes).filter((id) =>
        id.endsWith('.rollback'),
      ),
    ).toEqual([]);
    const without = { ...book, systems: { ...book.systems, db: { ...book.systems['db']!, rollback: [] } } };
    expect(forecast(planOf(book)).ended).toBe(forecast(planOf(without)).ended);
  });

  it('undoes nothing before the disaster is declared', () => {
    expect(actsUndeclared(planOf({ ...book, declare: { by: anyone, not: [] } }))).toEqual([]);
  });
});
