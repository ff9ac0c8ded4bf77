import { describe, expect, it } from '@jest/globals';
import pc from 'picocolors';
import { forecast } from '../../../core/forecast.ts';
import { noticeKinds } from '../../../core/notice.ts';
import type { Plan } from '../../../core/plan.ts';
import { displayWidth } from '../../../faces/cli/live/width.ts';
import { planText } from '../../../faces/cli/plan/plan-text.ts';
import { gate, planOf, runbook, step, system } from '../../language/compile/build.ts';
import { shopPlan } from '../../language/compile/shop.ts';

const show = (plan: Plan, columns = 80) =>
  planText(plan, forecast(plan), { columns, paint: pc.createColors(false) });

describe('a plan as text', () => {
  it('says first that it is live, then what comes back when, where, to which moment, and what is weak', () => {
    const lines = show(shopPlan()).split('\n');
    expect(lines.slice(0, 31)).toEqual([
      '=== LIVE ===  shop  primary > standby ==========================================',
      'Restore the shop after the loss of the primary site',
      '  incident: INC-4711',
      '  recoverTo: latest',
      '',
      'If all goes well, recovered 16m 30s after the start.',
      'Critical path: api.fence > uploads > api > go-live > traffic',
      '',
      'Wave 1',
      '  orders-db         1m - 7m 10s          RTO 15m RPO 1m   start by 8m 50s',
      '    Orders database',
      '    fence at primary: stop-old',
      '    restore: postgres.restore from /backup/orders into /srv/standby/shop/pg to',
      '      latest',
      '    verify: orders-are-there',
      '  uploads           1m - 9m 10s          RTO 20m RPO 1h   start by 11m 50s',
      '    Uploads',
      '    fenced by api',
      '    restore: files.restore from /backup/uploads.tar.gz into',
      '      /srv/standby/shop/uploads',
      '    verify: there',
      '',
      'Wave 2',
      '  api               9m 10s - 10m 20s     start by 22m 40s',
      '    Shop API',
      '    needs orders-db',
      '    wants uploads',
      '    fence at primary: stop-old',
      '    start: process.start',
      '    verify: healthy',
      '',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        '    approve by 2 people (anyone); not by starter',
        '    without an answer: calls duty-manager after 4m; after 2h stays shut, and',
        '      can be asked again',
        '    switch: haproxy.switch to 127.0.0.1:8180 (no way back)',
        '  ordering: Ordering, back after 16m 30s',
        '    RTO 30m: 13m 30s to spare',
        '    MTPD 4h: 3h 43m to spare',
        '  - go-live: decided by names as they are typed; nothing proves them',
        '  - traffic: its old copy is not fenced: the switch itself takes traffic away',
      ]),
    );
  });

  it('says of each ask who is called when nobody answers, what then happens, and what is asked for', () => {
    const asking = gate({
      escalate: [
        { after: 60_000, to: 'duty-manager' },
        { after: 300_000, to: 'deputy' },
      ],
      remind: 120_000,
      timeout: 1_200_000,
      onTimeout: 'leave-out',
      answers: {
        readers: { type: 'number', description: 'How **many** read them' },
        window: { type: 'choice', choices: ['now', 'tonight'], optional: true },
      },
    });
    const by = { with: { instructions: 'Call them', answers: { whom: { type: 'string' } } } };
    const fence = { none: 'nobody writes to it' };
    const systems = {
      traffic: system({ needs: ['go'], fence, recover: [step('switch', 'switch', { gate: 'own' })] }),
      bank: system({ fence, recover: [step('call', 'ask', by)] }),
    };
    const text = show(planOf(runbook({ systems, gates: { go: asking, own: gate() } })));
    expect(text).toContain(`
    approve by anyone
    without an answer: calls duty-manager after 1m, deputy after 5m; reminds
      all every 2m; after 20m leaves out what lies behind it
    asks for readers (How many read them: a number), window (now, tonight,
      optional)
`);
    expect(text).toMatch(/\n {4}Go on\? approve by anyone; without an answer: waits\n {4}switch: switch/);
    expect(text).toContain('    call: done by anyone; without an answer: waits; asks for whom (text)\n');
  });

  it('of a rehearsal says so, what proves its isolation, and what it removes', () => {
    const text = show(shopPlan({ mode: 'rehearsal', attended: false }));
    expect(text).toMatch(/^=== REHEARSAL ===/);
    expect(text).not.toContain('LIVE');
    const order = [
      'First\n  A network for this run alone: hides /srv/shop, /srv/standby/shop\n',
      'Isolated, before the first step: cannot reach 127.0.0.1:5432',
      'Wave 1',
      'into /srv/rehearsal/shop/pg',
      'answers itself: leave-out',
      'nothing to do in this mode',
      'At the end\n  Still isolated at the end',
      'Everything of this run removed\n  Its network removed',
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('fits the window, however narrow, and no text of a runbook steers the terminal', () => {
    const evil = 'Evil \u001b[2J\u202e title '.repeat(9);
    const plan = planOf(
      runbook({
        title: evil,
        parameters: { p: { type: 'string' } },
        systems: {
          s: system({
            title: evil,
            needs: ['g'],
            fence: { none: evil },
            recover: [step('x', 'noop', { title: evil })],
          }),
        },
        gates: { g: gate({ title: evil }) },
      }),
      { parameters: { p: evil } },
    );
    for (const columns of [40, 80, 200]) {
      for (const line of show(plan, columns).split('\n')) {
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(line.includes('\u001b') || line.includes('\u202e')).toBe(false);
      }
    }
  });

  it('says who else is told what, in runs of this mode', () => {
    const notify = {
      pager: { on: ['asks', 'end'], webhook: { url: 'env:PAGER', secret: 'env:SECRET' } },
      wall: { on: noticeKinds, command: ['wall', '--red'] },
      night: { on: ['end'], only: { mode: 'rehearsal' }, teams: { url: 'env:TEAMS' } },
    } as const;
    const systems = { dns: system({ external: true, verify: [step('look', 'look')] }) };
    const lines = show(planOf(runbook({ notify, systems }))).split('\n');
    expect(lines.slice(lines.indexOf('Told'), lines.indexOf('Told') + 4)).toEqual([
      'Told',
      '  pager: asks, end, by webhook to env:PAGER',
      '  wall: everything, by the command wall --red',
      '',
    ]);
  });

  it('says how late what cannot be met will be', () => {
    const objectives = { rto: 60_000 };
    const slow = step('look', 'look', { takes: 3 * 60_000 });
    const text = show(
      planOf(runbook({ systems: { s: system({ external: true, objectives, verify: [slow] }) } })),
    );
    expect(text).toContain('too late by 2m');
    expect(text).toContain('- s: RTO 1m cannot be met, the plan takes 3m');
  });

  it('says by label what runs on worker hosts of its own', () => {
    const sites = { east: { vars: {}, enter: [], runsOn: 'east' }, west: { vars: {}, enter: [] } };
    const db = system({ fence: [step('stop', 'noop')], recover: [step('start', 'noop')] });
    const lines = show(planOf(runbook({ sites, systems: { db, api: db } }), { from: 'east', to: 'west' }));
    expect(lines).toContain('  on a worker host with the label east: db, api\n');
    expect(lines).not.toContain('label west');
  });
});
