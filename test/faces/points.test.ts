import { describe, expect, it } from '@jest/globals';
import type { Listed } from '../../core/points/choose.ts';
import type { RecoveryPoint } from '../../core/recovery-point.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { now } from './views.ts';

const runbook = 'runbooks/shop/runbook.yaml';
const given = [
  '--param',
  'incident=INC-7',
  '--from',
  'primary',
  '--to',
  'standby',
  '--roster',
  'runbooks/shop/roster.yaml',
];
const minute = 60_000;

const point = (id: string, time: number, more: Partial<RecoveryPoint> = {}): RecoveryPoint => ({
  ...{ id, time, kind: 'full', copy: '/backup' },
  ...more,
});

function runsWith(...lists: Listed[]): MemoryRuns {
  const runs = new MemoryRuns();
  runs.points_ = lists;
  return runs;
}

const orders: Listed = {
  path: 'orders-db/1/recover/restore',
  points: [
    point('monday', now - 600 * minute, { until: now - minute / 2, bytes: 3_000_000 }),
    point('tuesday', now - 60 * minute, { until: now - minute / 2, verified: now - 30 * minute }),
  ],
};
const uploads: Listed = { path: 'uploads/1/recover/restore', points: [point('night', now - 300 * minute)] };

describe('muster points', () => {
  it('shows all of them against the RPO, and marks what a plan would take', async () => {
    const { code, out } = await type(['points', runbook, ...given], runsWith(orders, uploads), {
      columns: 150,
    });
    expect(code).toBe(3);
    expect(out).toContain('orders-db, restore (postgres.restore): RPO 1m, the newest loses 30s\n');
    expect(out).toContain('\n  in /backup\n');
    expect(out).toMatch(/^ {2}> {2}tuesday +full .* 30s .* \d\d:\d\d:\d\d$/m);
    expect(out).toMatch(/^ {5}monday +full .* 3(\.0)? MB$/m);
    expect(out).toContain('none is known to be scanned\n');
    expect(out).toMatch(/^uploads, restore \(files\.restore\): .*: TOO OLD$/m);
  });

  it('says where nobody can tell', async () => {
    const lost: Listed = { path: uploads.path, trouble: 'There is no backup /b (ENOENT).' };
    const { code, out } = await type(['points', runbook, ...given], runsWith(orders, lost));
    expect(code).toBe(3);
    expect(out).toContain('NONE CHOSEN: There is no backup /b (ENOENT).');
  });

  it('says which backups are left out, also where others can be taken', async () => {
    const leftOut = ['The backup /b/sunday.rdb is damaged.'];
    const some = { ...uploads, leftOut };
    const none: Listed = { path: orders.path, points: [], leftOut };
    const told = await type(['points', runbook, ...given], runsWith(none, some), { columns: 150 });
    expect(told.out).toContain('  left out: The backup /b/sunday.rdb is damaged.\n');
    expect(told.out).toContain('NONE CHOSEN: there is none; left out: The backup /b/sunday.rdb is damaged.');
    const plan = await type(['plan', runbook, ...given], runsWith(none, some), { columns: 200 });
    expect(plan.out).toContain(
      'orders-db, restore: no recovery point is pinned: there is none; left out: The',
    );
    expect(plan.out).toContain(
      'uploads, restore: a backup is left out: The backup /b/sunday.rdb is damaged.',
    );
  });

  it('are data, too', async () => {
    const { out } = await type(['points', runbook, ...given, '--output', 'json'], runsWith(orders, uploads));
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      restores: [
        { system: 'orders-db', chosen: 'tuesday', at: now - minute / 2 },
        { system: 'uploads', chosen: 'night' },
      ],
    });
  });
});

describe('muster plan', () => {
  it('pins the recovery points that there are, and says what is too old', async () => {
    const { out } = await type(['plan', runbook, ...given], runsWith(orders, uploads), { columns: 200 });
    expect(out).toMatch(/of tuesday \(full, as of 20\S+ \S+Z\)/);
    expect(out).toContain('- uploads, restore: the newest that can come back is 5h old, RPO');
  });

  it('does not look when it is told not to', async () => {
    const { code, out } = await type(['plan', runbook, ...given, '--offline'], runsWith());
    expect(code).toBe(0);
    expect(out).not.toContain('as of');
  });
});
