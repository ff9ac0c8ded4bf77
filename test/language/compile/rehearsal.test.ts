import { describe, expect, it } from '@jest/globals';
import type { DoStep, Plan } from '../../../core/plan.ts';
import { gate, planOf, runbook, step, system, wrongs } from './build.ts';

const restore = step('restore', 'restore', { with: { to: '/x', port: '1' } });
const check = step('look', 'look');
const rehearsal = { mode: 'rehearsal' } as const;

const site = (isolated: { network?: 'private'; cannotReach: string[]; declared: boolean }) => ({
  sites: { a: { vars: {}, enter: [] }, cell: { vars: {}, enter: [], isolated } },
});
const ids = (plan: Plan) => Object.keys(plan.nodes);

describe('a rehearsal', () => {
  const systems = {
    db: system({
      prepare: [step('ready', 'look')],
      fence: [step('stop', 'stop', { with: { dir: '/y' } })],
      recover: [restore],
      verify: [check],
      cleanup: [step('tidy', 'noop')],
    }),
    mail: system({
      recover: [step('send', 'say', { with: { text: 'x' }, touches: 'outside' })],
      verify: [check],
    }),
  };

  it('cleans up each system after the last proof of isolation, then all of the run, then its network', () => {
    const plan = planOf(runbook({ systems }), rehearsal);
    expect(plan.nodes['db.prepare']!.needs).toEqual(['run.isolation']);
    expect(plan.nodes['db.cleanup']).toMatchObject({ needs: [], after: ['run.isolated-at-end'] });
    expect(plan.nodes['run.isolated-at-end']!.after).toEqual([
      'db.prepare',
      'db',
      'mail',
      'run.network',
      'run.isolation',
    ]);
    expect(plan.nodes['run.cleanup']!.after).toEqual(['db.cleanup']);
    expect(plan.nodes['run.network-gone']!.after).toEqual(['run.cleanup']);
    expect(ids(plan)).not.toContain('db.fence');
    expect(ids(plan)).not.toContain('cleanup');
  });

  it('with addresses to try but no network of its own only tries them', () => {
    const proved = site({ cannotReach: ['10.0.0.1:1'], declared: false });
    expect(ids(planOf(runbook({ systems, ...proved }), rehearsal))).toEqual([
      'run.isolation',
      'db.prepare',
      'mail',
      'db',
      'run.isolated-at-end',
      'db.cleanup',
      'run.cleanup',
    ]);
  });

  it('at a site that only says it is isolated leaves out what could reach out, and says so', () => {
    const plan = planOf(runbook({ systems, ...site({ cannotReach: [], declared: true }) }), rehearsal);
    expect(ids(plan)).toEqual(['db.prepare', 'mail', 'db', 'db.cleanup', 'run.cleanup']);
    expect(plan.nodes['mail']!.steps.map(({ id }) => id)).toEqual(['look']);
    expect(plan.weaknesses.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'isolation-not-proved mail',
      'isolation-not-proved cell',
    ]);
  });

  it('hides what only other sites name, never what its own site names or what holds that', () => {
    const of = (...vars: Record<string, string>[]) => {
      const [a, b, cell] = vars.map((one) => ({ vars: one, enter: [] }));
      const isolated = { network: 'private' as const, cannotReach: ['10.0.0.1:1'], declared: false };
      const plan = planOf(
        runbook({ systems, sites: { a: a!, b: b!, cell: { ...cell!, isolated } } }),
        rehearsal,
      );
      return (plan.nodes['run.network']!.steps[0] as DoStep).do.with['hide'];
    };
    const a = { data: '/srv/a', backups: '/backups', port: '5432', root: '/srv' };
    const b = { data: '/srv/b', backups: '/backups', port: '5432', root: '/srv/' };
    expect(of(a, b, { data: '/srv/cell', backups: '/backups', root: '/srv' })).toEqual(['/srv/a', '/srv/b']);
    expect(of(a, b, { data: '/srv/a/cell', backups: '/backups/x' })).toEqual(['/srv/b']);
    expect(of(a, b, { data: '/srv/abc' })).toEqual(['/srv/a', '/backups', '/srv/b']);
  });

  it('says what stays: what is written without a marker by a system without cleanup steps', () => {
    const write = step('write', 'say', { with: { text: 'x' }, touches: 'data' });
    const stays = (cleanup: (typeof write)[], recover = [restore, write]) =>
      planOf(runbook({ systems: { s: system({ recover, verify: [check], cleanup }) } }), rehearsal)
        .weaknesses;
    expect(stays([])).toEqual([
      {
        code: 'nothing-cleaned-up',
        about: 's',
        text: 's: what write writes bears no marker; without cleanup steps it stays',
      },
    ]);
    expect(stays([step('tidy', 'noop')])).toEqual([]);
    expect(stays([], [restore])).toEqual([]);
  });

  it('has no gate of a step that it leaves out', () => {
    const book = runbook({
      systems: {
        s: system({
          recover: [restore, step('go', 'switch', { gate: 'sure', only: { mode: 'live' } })],
          verify: [check],
        }),
      },
      gates: { sure: gate() },
    });
    expect(ids(planOf(book, rehearsal))).not.toContain('sure');
  });

  it('is refused where a step refers to one that it leaves out', () => {
    const live = { ...restore, only: { mode: 'live' } as const };
    const say = step('say', 'say', { with: { text: '{{steps.restore.outputs.connection}}' } });
    const onlyLive = step('served', 'look', { only: { mode: 'live' } });
    const book = runbook({ systems: { s: system({ recover: [live], verify: [onlyLive, say] }) } });
    expect(wrongs(book, rehearsal)).toEqual(['MUSTER_TEMPLATE_UNKNOWN systems.s.verify[1].with.text']);
  });

  it('at night leaves out what nobody attests and what nobody does by hand', () => {
    const attest = { by: [{ role: 'anyone', count: 1 }], not: [] };
    const hand = step('by-hand', 'ask', { with: { instructions: 'Do it.' } });
    const book = runbook({
      systems: { s: system({ recover: [hand, { ...restore, attest }], verify: [check] }) },
    });
    const { steps } = planOf(book, { ...rehearsal, attended: false }).nodes['s']!;
    const auto = { choice: 'leave-out', after: 0 };
    expect(steps.map((one) => one.id)).toEqual(['by-hand', 'before-recover-restore', 'restore', 'look']);
    expect(steps[0]).toMatchObject({ ask: { auto } });
    expect(steps[2]).toMatchObject({ attest: { auto } });
    expect(JSON.stringify(planOf(book, rehearsal))).not.toContain('"auto"');
  });
});
