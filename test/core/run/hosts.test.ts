import { describe, expect, it } from '@jest/globals';
import type { Host } from '../../../core/change.ts';
import { callOf } from '../../../core/run/call-of.ts';
import { due } from '../../../core/run/due.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, doStep, makeAsk, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const host = (name: string): Host => ({ id: name, name, taskQueue: `muster-${name}` });
const placement = { label: 'west', key: 'db@west' };
const restore = 'db/1/recover/restore';
const verify = 'db/1/verify/look';

/** A database that is restored and verified on a host of its own, and an API on the run's. */
function placed(more: Parameters<typeof makeNode>[1] = {}) {
  const steps = [
    doStep('restore', { touches: 'data', timeout: 3_600_000 }),
    doStep('look', { phase: 'verify' }),
  ];
  const run = new Simulation(
    makePlan([makeNode('db', { steps, placement, ...more }), makeNode('api', { needs: ['db'] })]),
    { host: host('main') },
  );
  return {
    run,
    bind: (name = 'west-1') => run.happen({ type: 'bound', node: 'db', host: host(name) }),
    hush: () => run.happen({ type: 'unheard', node: 'db', since: run.state.now - 60_000 }),
    title: () => viewOf(run.state, run.state.now).asks[0]?.ask.title,
    choices: () => viewOf(run.state, run.state.now).asks[0]!.ask.choices.map(({ name }) => name),
  };
}

describe('a system that is placed', () => {
  it('starts nothing until a host is found, and then all of its steps there', () => {
    const { run, bind } = placed();
    expect(run.underWay).toEqual([]);
    expect(due(run.state).placements).toEqual([{ ...placement, nodes: ['db'] }]);
    bind();
    expect(due(run.state).placements).toEqual([]);
    expect(callOf(run.state, `${restore}#1`).host?.name).toBe('west-1');
    run.end(`${restore}#1`);
    run.continueAsNew();
    expect(callOf(run.state, `${verify}#1`).host?.name).toBe('west-1');
    run.end(`${verify}#1`);
    expect(callOf(run.state, 'api/1/recover/work#1').host?.name).toBe('main');
  });

  it('whose label nobody bears is asked about, and starts when a host comes after all', () => {
    const { run, bind, hush, title, choices } = placed();
    hush();
    expect(title()).toBe(
      'No worker host with the label west has answered for 1m. Nothing of db runs. What now?',
    );
    expect(choices()).toEqual(['wait', 'leave-out']);
    bind();
    expect(run.asks).toEqual([]);
    expect(run.underWay).toEqual([`${restore}#1`]);
  });

  it('is attested where its host is gone and it is a fence', () => {
    const attest = makeAsk({ choices: [choice('attest', { then: [{ on: 'step', set: 'pass' }] })] });
    const steps = [doStep('stop', { phase: 'fence', touches: 'data', attest })];
    const { run, hush, choices } = placed({ kind: 'fence', steps });
    hush();
    expect(choices()).toEqual(['attest', 'wait', 'leave-out']);
    run.answer(run.asks[0]!, 'attest');
    expect(run.status('db')).toBe('passed');
    expect(run.underWay).toEqual(['api/1/recover/work#1']);
    expect(run.state.deviations.map(({ text }) => text)).toEqual(['db/1/fence/stop attested']);
  });
});

describe('a worker host that says nothing any more', () => {
  it('is a question with what is known of its steps, moot when it is heard again', () => {
    const { run, bind, hush, title } = placed();
    bind();
    run.end(`${restore}#1`);
    run.pass(120_000);
    hush();
    expect(title()).toBe(
      'The worker host west-1 has said nothing for 1m; under way there: look (begun 2m ago); passed there: restore. What now?',
    );
    run.happen({ type: 'unheard', node: 'db' });
    expect(run.asks).toEqual([]);
    run.end(`${verify}#1`);
    expect(run.status('db')).toBe('passed');
  });

  it('that comes back with the end of the step is asked about no more', () => {
    const { run, bind, hush } = placed();
    bind();
    hush();
    run.end(`${restore}#1`);
    expect(run.asks).toEqual([]);
    expect(run.underWay).toEqual([`${verify}#1`]);
  });

  it('is waited for as long as people say, also after a continue-as-new, then asked about again', () => {
    const { run, bind, hush } = placed();
    bind();
    hush();
    run.answer(run.asks[0]!, 'wait');
    expect(run.asks).toEqual([]);
    run.continueAsNew();
    expect(due(run.state).wakeAt).toBe(run.state.now + 600_000);
    run.pass(600_000);
    expect(run.asks).toHaveLength(1);
  });

  it('is given up: the system begins anew elsewhere, as new tries', () => {
    const { run, bind, hush } = placed();
    bind();
    run.end(`${restore}#1`);
    hush();
    run.answer(run.asks[0]!, 'anew');
    expect(run.underWay).toEqual([]);
    expect(run.state.goneHosts).toEqual(['west-1']);
    bind('west-2');
    expect(run.underWay).toEqual([`${restore}#2`]);
    expect(callOf(run.state, `${restore}#2`).host?.name).toBe('west-2');
    run.end(`${restore}#2`);
    run.end(`${verify}#2`);
    expect(run.status('db')).toBe('passed');
    expect(run.state.deviations.map(({ text }) => text)).toEqual([
      'the worker host west-1 of db was given up',
    ]);
  });

  it('is given up: a once step under way counts as unknown and is not looked at elsewhere', () => {
    const once = { touches: 'data', rerun: 'once' } as const;
    const steps = [doStep('first', once), doStep('second', once)];
    const { run, bind, hush, choices } = placed({ steps });
    bind();
    run.end('db/1/recover/first#1');
    hush();
    expect(choices()).toEqual(['wait', 'elsewhere', 'anew', 'leave-out']);
    run.answer(run.asks[0]!, 'elsewhere');
    bind('west-2');
    expect(run.underWay).toEqual([]);
    expect(run.asks).toEqual(['db/1/recover/second?unknown#1']);
    run.answer(run.asks[0]!, 'retry');
    expect(callOf(run.state, 'db/1/recover/second#2').host?.name).toBe('west-2');
  });

  it('is not given up for one system where another was recovered on it', () => {
    const site = { label: 'cell', key: 'cell' };
    const nodes = [makeNode('db', { placement: site }), makeNode('api', { needs: ['db'], placement: site })];
    const run = new Simulation(makePlan(nodes), { host: host('main') });
    run.happen({ type: 'bound', node: 'db', host: host('cell-1') });
    run.end('db/1/recover/work#1');
    run.happen({ type: 'unheard', node: 'api', since: run.state.now - 60_000 });
    const [ask] = viewOf(run.state, run.state.now).asks;
    expect(ask!.ask.choices.map(({ name }) => name)).toEqual(['wait', 'leave-out']);
    run.answer(ask!.try, 'leave-out');
    expect(run.status('api')).toBe('failed');
    expect(run.state.status).toBe('failed');
  });

  it('is never given up by a proposal', () => {
    const { run, bind } = placed();
    bind();
    expect(run.decide({ propose: [{ on: 'node', node: 'db', set: 'rebind' }] })).toBe('not-possible');
  });
});
