import { describe, expect, it } from '@jest/globals';
import { isDo, type Plan } from '../../../core/plan.ts';
import type { Listed } from '../../../core/points/choose.ts';
import type { RecoveryPoint } from '../../../core/recovery-point.ts';
import { pinPoints } from '../../../language/compile/pin-points.ts';
import { planDigest } from '../../../language/compile/seal.ts';
import type { Runbook, SystemDeclaration } from '../../../language/runbook.ts';
import { sha256 } from '../../../record/sha256.ts';
import { gate, minutes, now, planOf, runbook, step, system, wrongs } from './build.ts';

const ago = (count: number) => now - minutes(count);
const point = (id: string, time: number, until?: number): RecoveryPoint => ({
  ...{ id, time, kind: 'full', copy: '/backup' },
  ...(until !== undefined && { until }),
});

const none = { fence: { none: 'x' } } as const;
const book = (more: Partial<Runbook> = {}): Runbook =>
  runbook({
    systems: {
      db: system({
        ...none,
        objectives: { rpo: minutes(5) },
        recover: [step('restore', 'replay', { with: { to: '/db' } })],
      }),
      files: system({
        ...none,
        objectives: { rpo: minutes(60) },
        recover: [step('restore', 'unpack', { with: { to: '/f' } })],
      }),
    },
    ...more,
  });
const listed: Listed[] = [
  { path: 'db/1/recover/restore', points: [point('base', ago(600), ago(1))] },
  { path: 'files/1/recover/restore', points: [point('night', ago(400)), point('noon', ago(30))] },
];
const recoverTo = { recoverTo: { type: 'time', default: 'latest' } } as const;

const pin = (of: Runbook, lists = listed, parameters = {}): Plan =>
  pinPoints(planOf(of, { parameters }), lists, sha256);
const call = (plan: Plan, system_: string) => plan.nodes[system_]!.steps.find(isDo)!.do;
const weak = (plan: Plan) =>
  plan.weaknesses.filter(({ code }) => /^(loss|point)/.test(code)).map(({ text }) => text);

describe('pinning', () => {
  it('names the newest recovery point of every restore, and says to what moment it leads', () => {
    const plan = pin(book());
    expect(call(plan, 'db')).toMatchObject({
      with: { to: '/db', base: 'base' },
      pinned: { id: 'base', at: ago(1) },
    });
    expect(call(plan, 'files')).toMatchObject({
      with: { snapshot: 'noon' },
      pinned: { at: ago(30), copy: '/backup' },
    });
    expect(weak(plan)).toEqual([]);
  });

  it('leaves the end of a log open: what was written since comes back as well', () => {
    expect(call(pin(book()), 'db').with).not.toHaveProperty('until');
  });

  it('makes another plan, with a digest of its own', () => {
    const { digest, ...rest } = pin(book());
    expect(digest).toBe(planDigest(rest, sha256));
    expect(digest).not.toBe(planOf(book()).digest);
  });

  it('takes nothing that is later than the parameter recoverTo, whatever the restore is called', () => {
    const plan = pin(book({ parameters: recoverTo }), listed, { recoverTo: new Date(ago(60)).toISOString() });
    expect(call(plan, 'db').with).toMatchObject({ base: 'base', until: new Date(ago(60)).toISOString() });
    expect(call(plan, 'files').with).toMatchObject({ snapshot: 'night' });
  });

  it('says before anything runs that what can come back is too old', () => {
    const plan = pin(book({ parameters: recoverTo }), listed, { recoverTo: new Date(ago(60)).toISOString() });
    expect(weak(plan)).toEqual([
      'db, restore: the newest that can come back is 1h old, RPO 5m',
      'files, restore: the newest that can come back is 6h 40m old, RPO 1h',
    ]);
  });

  it('lets a system have a bound of its own', () => {
    const { db, files } = book().systems;
    const own = { ...files!, point: { notAfter: 'latest' } };
    const plan = pin(book({ parameters: recoverTo, systems: { db: db!, files: own } }), listed, {
      recoverTo: new Date(ago(60)).toISOString(),
    });
    expect(call(plan, 'files').with).toMatchObject({ snapshot: 'noon' });
  });

  it('refuses a bound that is no moment', () => {
    const { files } = book().systems;
    const plan = book({ systems: { files: { ...files!, point: { notAfter: 'yesterday' } } } });
    expect(wrongs(plan)).toEqual(['MUSTER_PLAN_PARAMETER_VALUE systems.files.point.notAfter']);
  });

  it('says why there is none', () => {
    const lists: Listed[] = [
      { path: listed[0]!.path, trouble: 'the repository cannot be read' },
      { path: listed[1]!.path, points: [] },
    ];
    expect(weak(pin(book(), lists))).toEqual([
      'db, restore: no recovery point is pinned: the repository cannot be read',
      'files, restore: no recovery point is pinned: there is none',
    ]);
    const early = pin(book({ parameters: recoverTo }), listed, { recoverTo: '2026-11-20T00:00:00Z' });
    expect(weak(early)[1]).toMatch(
      /files, restore: no recovery point is pinned: the oldest is of .*, after 2026-11-20T00:00:00/,
    );
  });
});

describe('before the old copy of a system is stopped', () => {
  const fenced = (more: Partial<SystemDeclaration> = {}) => {
    const { db, files } = book().systems;
    const fence = [step('stop-old', 'stop', { with: { dir: '/old' } })];
    return book({ systems: { db: { ...db!, fence, ...more }, files: { ...files!, fence: { by: 'db' } } } });
  };
  const nothing = listed.map(({ path }): Listed => ({ path, points: [] }));

  it('people are asked where there is nothing to restore it from, and are told why', () => {
    const { nodes } = pin(fenced(), [listed[0]!, nothing[1]!]);
    expect(nodes['db.fence']!.needs).toEqual(['db.no-backup']);
    const asked = nodes['db.no-backup']!;
    expect(asked).toMatchObject({ kind: 'gate', needs: [] });
    expect(asked.steps).toMatchObject([
      {
        guards: true,
        ask: {
          instructions: expect.stringContaining(
            'files: there is none. What is stopped may be the last copy.',
          ),
          choices: [{ name: 'approve' }, { name: 'leave-out' }],
        },
      },
    ]);
    expect(Object.keys(nodes).indexOf('db.no-backup')).toBeLessThan(Object.keys(nodes).indexOf('db.fence'));
  });

  it('the question waits for what the fence waited for', () => {
    const gates = { ready: gate() };
    const before = planOf({ ...fenced({ needs: ['ready'] }), gates });
    expect(before.nodes['db.fence']!.needs).toEqual(['ready']);
    const { nodes } = pinPoints(before, nothing, sha256);
    expect(nodes['db.no-backup']!.needs).toEqual(['ready']);
  });

  it('nothing is asked where a backup is pinned', () => {
    expect(pin(fenced()).nodes).not.toHaveProperty(['db.no-backup']);
  });

  it('nothing is asked where what can be restored is known only when the run gets there', () => {
    const recover = [
      step('find', 'restore', { with: { to: '/x', port: '5432' } }),
      step('restore', 'replay', { with: { to: '{{steps.find.outputs.connection}}' } }),
    ];
    const plan = pin(fenced({ recover }), [listed[1]!]);
    expect(weak(plan)).toEqual([expect.stringContaining('known only when the run gets there')]);
    expect(plan.nodes).not.toHaveProperty(['db.no-backup']);
  });
});

describe('a consistency group', () => {
  const group = (within: number) => book({ consistency: { shop: { systems: ['db', 'files'], within } } });

  it('brings all its systems back to the newest moment that all of them reach', () => {
    const plan = pin(group(0));
    expect(call(plan, 'db')).toMatchObject({
      with: { until: new Date(ago(30)).toISOString() },
      pinned: { at: ago(30) },
    });
    expect(call(plan, 'files').pinned).toMatchObject({ id: 'noon', at: ago(30) });
    expect(weak(plan)).toEqual(['db, restore: the newest that can come back is 30m old, RPO 5m']);
  });

  it('pins none where there is no common moment, nor where one of them is not known', () => {
    const late: Listed = { path: listed[0]!.path, points: [point('base', ago(10), ago(1))] };
    expect(weak(pin(group(0), [late, listed[1]!]))).toEqual([
      'db, restore: no recovery point is pinned: the systems of shop have no common moment',
      'files, restore: no recovery point is pinned: the systems of shop have no common moment',
    ]);
    expect(weak(pin(group(0), [listed[0]!]))).toHaveLength(2);
  });
});
