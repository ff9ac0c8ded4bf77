import { describe, expect, it } from '@jest/globals';
import { forecast } from '../../../core/forecast.ts';
import type { AskStep, DoStep, Plan } from '../../../core/plan.ts';
import { minutes } from './build.ts';
import { shop, shopPlan } from './shop.ts';

const shape = (plan: Plan) =>
  Object.values(plan.nodes).map(({ id, needs, wants, after, steps }) =>
    [
      `${id}:`,
      needs.length > 0 && `needs ${needs.join(' ')}`,
      wants.length > 0 && `wants ${wants.join(' ')}`,
      after.length > 0 && `after ${after.join(' ')}`,
      steps.length > 0 && `does ${steps.map((step) => step.id).join(' ')}`,
    ]
      .filter(Boolean)
      .join(' '),
  );

describe('the shop, live', () => {
  const plan = shopPlan();

  it('fences the old site at once and recovers in the order of its needs', () => {
    expect(shape(plan)).toEqual([
      'orders-db.fence: does stop-old',
      'api.fence: does stop-old',
      'orders-db: needs orders-db.fence does restore orders-are-there',
      'uploads: needs api.fence does restore there',
      'api: needs orders-db api.fence wants uploads does start healthy',
      'go-live: needs api does decide',
      'traffic: needs go-live does switch served-here',
      'ordering: needs traffic wants uploads',
    ]);
  });

  it('goes from the first site to the second with what it was given', () => {
    expect(plan).toMatchObject({ mode: 'live', from: { name: 'primary' }, to: { name: 'standby' } });
    expect(plan.parameters).toEqual({ incident: 'INC-4711', recoverTo: 'latest' });
    const [restore, check] = plan.nodes['orders-db']!.steps as DoStep[];
    expect(restore).toMatchObject({
      takes: minutes(6),
      timeout: minutes(20),
      touches: 'data',
      rerun: 'once',
    });
    expect(restore!.do.with).toEqual({
      repository: '/backup/orders',
      dataDirectory: '/srv/standby/shop/pg',
      port: '6432',
      recoverTo: 'latest',
    });
    expect(check!.do.expect).toEqual({ atLeast: '1000' });
    const [uploads, there] = plan.nodes['uploads']!.steps as DoStep[];
    expect(uploads!.do.with['destination']).toBe('/srv/standby/shop/uploads');
    expect(there!.do.expect).toEqual({ exit: '0' });
  });

  it('is reckoned with: critical path, latest starts, budgets', () => {
    const { criticalPath, nodes, budgets, recovered } = forecast(plan);
    expect(criticalPath).toEqual(['api.fence', 'uploads', 'api', 'go-live', 'traffic']);
    // uploads 1m + 8m10s, api 1m10s, the gate 5m, the switch 1m10s
    expect(recovered).toBe(minutes(16.5));
    expect(nodes.get('uploads')).toEqual({
      start: minutes(1),
      finish: minutes(9) + 10_000,
      latestStart: minutes(20) - minutes(8) - 10_000,
      slack: minutes(10) + 50_000,
    });
    expect(budgets.every(({ met }) => met)).toBe(true);
  });

  it('says what is weak', () => {
    expect(plan.weaknesses.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'unproved-names orders-db.fence',
      'unproved-names go-live',
      'unfenced traffic',
    ]);
  });
});

describe('the shop, rehearsed', () => {
  const plan = shopPlan({ mode: 'rehearsal', attended: false });

  it('has no fence, proves its isolation and always cleans up', () => {
    expect(shape(plan)).toEqual([
      'run.network: does open',
      'run.isolation: needs run.network does check',
      'orders-db: needs run.isolation does before-recover-restore restore orders-are-there',
      'uploads: needs run.isolation does restore there',
      'api: needs orders-db run.isolation wants uploads does before-recover-start start healthy',
      'go-live: needs api does decide',
      'traffic: needs go-live run.isolation',
      'ordering: needs traffic wants uploads',
      'run.isolated-at-end: after orders-db uploads api traffic go-live run.network run.isolation does check-at-end',
      'run.cleanup: after run.isolated-at-end does sweep',
      'run.network-gone: after run.cleanup does close',
    ]);
    expect(JSON.stringify(plan)).not.toContain('source');
  });

  it('ends as failed when it can reach what it must not touch', () => {
    const guards = Object.values(plan.nodes).flatMap((node) =>
      node.steps.filter((step) => step.phase === 'isolation'),
    );
    expect(guards).toHaveLength(4);
    for (const step of guards as DoStep[]) {
      expect(step).toMatchObject({ guards: true, onFail: 'abort', touches: 'nothing' });
      expect(step.do).toEqual({
        action: 'isolation.check',
        with: { cannotReach: ['127.0.0.1:5432', '127.0.0.1:6432', '/srv/shop', '/srv/standby/shop'] },
        site: 'target',
      });
    }
  });

  it('in its own network sees no place of the other sites', () => {
    const [open] = plan.nodes['run.network']!.steps as DoStep[];
    expect(open!.do).toEqual({
      action: 'network.open',
      with: { hide: ['/srv/shop', '/srv/standby/shop'] },
      site: 'target',
    });
  });

  it('at night leaves out what a gate holds back, and every question answers itself', () => {
    const { ask } = plan.nodes['go-live']!.steps[0] as AskStep;
    expect(ask.auto).toEqual({ choice: 'leave-out', after: 0 });
    expect(ask.choices.map(({ name }) => name)).toEqual(['approve', 'reject', 'leave-out']);
    for (const question of Object.values(plan.questions)) {
      expect(question.choices.map(({ name }) => name)).toContain(question.auto?.choice);
    }
    expect(plan.weaknesses).toEqual([
      expect.objectContaining({ code: 'gate-left-out', about: 'go-live' }),
      expect.objectContaining({ code: 'not-rehearsed', about: 'traffic' }),
    ]);
  });

  it('asks people where they are there, except at a gate that is planned to pass', () => {
    const attended = shopPlan({ mode: 'rehearsal' });
    expect(JSON.stringify(attended)).not.toContain('"auto"');
    const book = shop();
    const gates = { 'go-live': { ...book.gates['go-live']!, rehearsal: 'auto' as const } };
    const planned = shopPlan({ mode: 'rehearsal' }, { ...book, gates });
    const { ask } = planned.nodes['go-live']!.steps[0] as AskStep;
    expect(ask.auto).toEqual({ choice: 'approve', after: 0 });
    expect(planned.questions.failed.auto).toBeUndefined();
  });

  it('claims what it makes at the isolated site and nothing at the others', () => {
    expect([...new Set(plan.claims.map(({ site }) => site))]).toEqual(['rehearsal']);
  });
});
