import { describe, expect, it } from '@jest/globals';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, doStep, makeAsk, makeGate, makeNode, makePlan, questions } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const path = (node: string, n = 1) => `${node}/1/recover/work#${n}`;
const gate = (node: string, n = 1) => `${node}/1/gate/decide#${n}`;

describe('the order of a run', () => {
  it('starts what needs nothing, and a dependent only when its need is recovered', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeNode('b', { needs: ['a'] }), makeNode('c')]));
    expect(run.underWay).toEqual([path('a'), path('c')]);
    run.end(path('a'));
    expect(run.underWay).toEqual([path('c'), path('b')]);
    run.end(path('b'));
    run.end(path('c'));
    expect(run.state.status).toBe('recovered');
  });

  it('goes through the steps of a system one after the other', () => {
    const steps = [doStep('one'), doStep('two'), doStep('look', { phase: 'verify' })];
    const run = new Simulation(makePlan([makeNode('a', { steps })]));
    run.end('a/1/recover/one#1');
    expect(run.underWay).toEqual(['a/1/recover/two#1']);
    run.end('a/1/recover/two#1');
    expect(run.status('a')).toBe('running');
    run.end('a/1/verify/look#1');
    expect(run.status('a')).toBe('passed');
  });

  it('never has more under way than the capacity that steps share', () => {
    const steps = [doStep('work', { occupies: { bandwidth: 1 } })];
    const nodes = ['a', 'b', 'c', 'd'].map((id) => makeNode(id, { steps }));
    const run = new Simulation(makePlan(nodes, { capacity: { bandwidth: 2 } }));
    expect(run.underWay).toHaveLength(2);
    run.end(path('a'));
    expect(run.underWay).toEqual([path('b'), path('c')]);
  });

  it('gives what is scarce to the system that must start first', () => {
    const steps = [doStep('work', { occupies: { bandwidth: 1 } })];
    const rto = (minutes: number) => ({ objectives: { rto: minutes * 60_000 } });
    const nodes = [
      makeNode('a', { steps }),
      makeNode('b', { steps, ...rto(60) }),
      makeNode('c', { steps, ...rto(20) }),
    ];
    const run = new Simulation(makePlan(nodes, { capacity: { bandwidth: 1 } }));
    run.end(path('a'));
    expect(run.underWay).toEqual([path('c')]);
  });

  it('waits for the claim before anything starts, and gives it back before the end', () => {
    const run = new Simulation(makePlan([makeNode('a')], { claims: [{ system: 'a', site: 'standby' }] }));
    expect(run.underWay).toEqual([]);
    run.happen({ type: 'refused', holder: 'another run' });
    run.happen({ type: 'claimed' });
    run.end(path('a'));
    expect(run.state.status).toBe('running');
    run.happen({ type: 'released' });
    expect(run.state.status).toBe('recovered');
  });
});

describe('a failure', () => {
  it('stops only what needs it, asks, and goes on when it is tried again', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeNode('b', { needs: ['a'] }), makeNode('c')]));
    run.end(path('a'), 'failed', { message: 'no space' });
    expect(run.asks).toEqual(['a/1/recover/work?failed#1']);
    expect(run.status('b')).toBe('waits');
    run.end(path('c'));
    expect(run.status('c')).toBe('passed');
    expect(run.answer('a/1/recover/work?failed#1', 'retry')).toBe('counted');
    expect(run.underWay).toEqual([path('a', 2)]);
    run.end(path('a', 2));
    expect(run.underWay).toEqual([path('b')]);
  });

  it('left out blocks what needs it and ends the run as failed', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeNode('b', { needs: ['a'] })]));
    run.end(path('a'), 'failed', { message: 'no space' });
    run.answer('a/1/recover/work?failed#1', 'leave-out');
    expect([run.status('a'), run.status('b'), run.state.status]).toEqual(['failed', 'blocked', 'failed']);
  });

  it('done by hand brings the outputs and is followed by verify; skipped verify taints', () => {
    const steps = [doStep('work'), doStep('look', { phase: 'verify' })];
    const run = new Simulation(makePlan([makeNode('a', { steps }), makeNode('b', { needs: ['a'] })]));
    run.end(path('a'), 'failed');
    run.answer('a/1/recover/work?failed#1', 'done');
    expect(run.underWay).toEqual(['a/1/verify/look#1']);
    run.end('a/1/verify/look#1', 'failed');
    expect(run.answer('a/1/verify/look?failed#1', 'done')).toBe('no-such-choice');
    expect(run.decide({ propose: [{ on: 'step', path: 'a/1/verify/look', set: 'done' }] })).toBe(
      'not-possible',
    );
    run.answer('a/1/verify/look?failed#1', 'skip');
    run.end(path('b'));
    expect([run.state.nodes['a']!.unverified, run.state.nodes['b']!.unverified]).toEqual([true, true]);
    expect(run.state.deviations.map((deviation) => deviation.text)).toEqual([
      'a/1/recover/work done by hand',
      'a/1/verify/look skipped',
    ]);
  });

  it('is tried again by itself as often as the plan says, then asks', () => {
    const steps = [doStep('work', { retries: { count: 1, every: 5_000 } })];
    const run = new Simulation(makePlan([makeNode('a', { steps })]));
    run.end(path('a'), 'failed');
    expect([run.underWay, run.asks]).toEqual([[], []]);
    run.pass(4_999);
    expect(run.underWay).toEqual([]);
    run.pass(1);
    expect(run.underWay).toEqual([path('a', 2)]);
    run.end(path('a', 2), 'failed');
    expect(run.asks).toEqual(['a/1/recover/work?failed#1']);
  });

  it('of a once step is never tried again by itself', () => {
    const steps = [
      doStep('work', { rerun: 'once', touches: 'data', retries: { count: 3, every: 1 } } as never),
    ];
    const run = new Simulation(makePlan([makeNode('a', { steps })]));
    run.end(path('a'), 'failed');
    run.pass(10_000);
    expect([run.underWay, run.asks.length]).toEqual([[], 1]);
  });

  const once = [doStep('work', { rerun: 'once', touches: 'data' } as never)];

  it('whose end is unknown is looked at, then put to people, and never tried again by itself', () => {
    const run = new Simulation(makePlan([makeNode('a', { steps: once })]));
    run.end(path('a'), 'unknown', { message: 'the host restarted' });
    expect(run.underWay).toEqual([`${path('a')}~settle`]);
    run.end(`${path('a')}~settle`, 'failed', { message: 'looked: nothing was done' });
    expect([run.underWay, run.asks]).toEqual([[], ['a/1/recover/work?unknown#1']]);
    run.answer('a/1/recover/work?unknown#1', 'retry');
    expect(run.underWay).toEqual([path('a', 2)]);
  });

  it('whose end is unknown goes on when a look proves that it was done', () => {
    const run = new Simulation(makePlan([makeNode('a', { steps: once })]));
    run.end(path('a'), 'unknown');
    run.end(`${path('a')}~settle`, 'passed');
    expect(run.state.status).toBe('recovered');
  });

  it('whose end is unknown is run again where the step may be, then put to people', () => {
    const run = new Simulation(makePlan([makeNode('a')]));
    run.end(path('a'), 'unknown');
    run.end(path('a', 2), 'unknown');
    run.end(path('a', 3), 'unknown');
    expect(run.underWay).toEqual([`${path('a', 3)}~settle`]);
    run.end(`${path('a', 3)}~settle`, 'unknown');
    expect(run.asks).toEqual(['a/1/recover/work?unknown#1']);
  });

  it('of a step that guards offers neither done nor skip', () => {
    const fence = makeNode('a.fence', {
      kind: 'fence',
      name: 'a',
      steps: [doStep('stop', { phase: 'fence', guards: true })],
    });
    const run = new Simulation(makePlan([fence]));
    run.end('a/1/fence/stop#1', 'failed');
    expect(run.answer('a/1/fence/stop?failed#1', 'done')).toBe('no-such-choice');
    expect(run.decide({ propose: [{ on: 'step', path: 'a/1/fence/stop', set: 'skip' }] })).toBe(
      'not-possible',
    );
  });

  it('may be attested where the plan says so', () => {
    const attest = makeAsk({
      kind: 'attestation',
      choices: [
        choice('attest', { by: [{ role: 'anyone', count: 2 }], then: [{ on: 'step', set: 'pass' }] }),
      ],
    });
    const fence = makeNode('a.fence', {
      kind: 'fence',
      name: 'a',
      steps: [doStep('stop', { phase: 'fence', guards: true, attest })],
    });
    const run = new Simulation(makePlan([fence, makeNode('a', { needs: ['a.fence'] })]));
    run.end('a/1/fence/stop#1', 'failed');
    run.answer('a/1/fence/stop?failed#1', 'attest', 'ada');
    expect(run.status('a.fence')).toBe('asks');
    run.answer('a/1/fence/stop?failed#1', 'attest', 'bob');
    expect(run.underWay).toEqual([path('a')]);
  });

  it('that takes longer than its timeout asks and is not ended', () => {
    const steps = [doStep('work', { touches: 'data', timeout: 60_000 })];
    const run = new Simulation(makePlan([makeNode('a', { steps })]));
    run.pass(60_000);
    expect([run.asks, run.underWay]).toEqual([['a/1/recover/work?slow#1'], [path('a')]]);
    run.answer('a/1/recover/work?slow#1', 'wait');
    expect(run.asks).toEqual([]);
    run.end(path('a'));
    expect(run.state.status).toBe('recovered');
  });
});

describe('wants', () => {
  const plan = makePlan([
    makeNode('a'),
    makeNode('files'),
    makeNode('api', { needs: ['a'], wants: ['files'] }),
    makeNode('selling', { kind: 'function', needs: ['api'], steps: [] }),
  ]);

  it('are waited for while they are on their way', () => {
    const run = new Simulation(plan);
    run.end(path('a'));
    expect([run.status('api'), run.asks]).toEqual(['waits', []]);
    run.end(path('files'));
    expect(run.underWay).toEqual([path('api')]);
  });

  it('that fail are asked about once; gone on without, the node is degraded', () => {
    const run = new Simulation(plan);
    run.end(path('a'));
    run.end(path('files'), 'failed');
    expect(run.asks.sort()).toEqual(['api/files?want#1', 'files/1/recover/work?failed#1']);
    run.answer('api/files?want#1', 'go-on');
    run.end(path('api'));
    expect([run.status('api'), run.state.nodes['api']!.degraded]).toEqual(['passed', true]);
    run.answer('files/1/recover/work?failed#1', 'leave-out');
    expect(run.state.status).toBe('recovered');
  });

  it('that come after all make the question moot', () => {
    const run = new Simulation(plan);
    run.end(path('a'));
    run.end(path('files'), 'failed');
    run.answer('files/1/recover/work?failed#1', 'retry');
    run.end(path('files', 2));
    expect(run.events.some((event) => event.type === 'ended' && event.outcome === 'moot')).toBe(true);
    expect(run.underWay).toEqual([path('api')]);
  });

  it('can be left out of a node at any time before it starts', () => {
    const run = new Simulation(plan);
    run.decide({ propose: [{ on: 'node', node: 'api', set: 'goOn', without: 'files' }] });
    run.end(path('a'));
    expect(run.underWay).toEqual([path('files'), path('api')]);
  });
});

describe('a gate', () => {
  const plan = (ask = {}) =>
    makePlan([makeNode('a'), makeGate('go', { needs: ['a'] }, ask), makeNode('b', { needs: ['go'] })]);

  it('opens by the votes of distinct people and by nothing else', () => {
    const by = [{ role: 'anyone', count: 2 }];
    const choices = [
      choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
      choice('reject', { rejects: true }),
    ];
    const run = new Simulation(plan({ choices, not: ['starter'] }));
    expect(run.answer(gate('go'), 'approve', 'bob')).toBe('not-open');
    run.end(path('a'));
    expect(run.answer(gate('go'), 'approve', 'Ada ')).toBe('excluded');
    expect(run.answer(gate('go'), 'approve', 'bob')).toBe('counted');
    expect(run.answer(gate('go'), 'approve', ' BOB')).toBe('already-voted');
    expect(run.underWay).toEqual([]);
    expect(run.answer(gate('go'), 'approve', 'cyd')).toBe('counted');
    expect(run.underWay).toEqual([path('b')]);
    expect(run.answer(gate('go'), 'reject', 'dan')).toBe('closed');
  });

  it('is shut by one rejection and may be asked again', () => {
    const run = new Simulation(plan());
    run.end(path('a'));
    run.answer(gate('go'), 'reject', 'bob');
    expect([run.status('go'), run.asks, run.state.status]).toEqual(['shut', [], 'running']);
    expect(run.decide({ propose: [{ on: 'step', path: 'go/1/gate/decide', set: 'retry' }] })).toBe('counted');
    expect(run.asks).toEqual([gate('go', 2)]);
    expect(run.answer(gate('go', 1), 'approve', 'bob')).toBe('closed');
    expect(run.answer(gate('go', 2), 'approve', 'bob')).toBe('counted');
    expect(run.underWay).toEqual([path('b')]);
  });

  it('stays shut when its time is over, or leaves out what lies behind', () => {
    const shut = new Simulation(plan({ timeout: 60_000 }));
    shut.end(path('a'));
    shut.pass(60_000);
    expect([shut.status('go'), shut.status('b')]).toEqual(['shut', 'waits']);
    const out = new Simulation(plan({ timeout: 60_000, onTimeout: 'leave-out' }));
    out.end(path('a'));
    out.pass(60_000);
    expect([out.status('go'), out.status('b'), out.state.status]).toEqual(['left-out', 'blocked', 'failed']);
  });

  it('does not count a vote that was given for something else than was shown', () => {
    const run = new Simulation(plan());
    run.end(path('a'));
    expect(run.answer(gate('go'), 'approve', 'bob', { rests: 'sha256:other' })).toBe('rests-changed');
    expect(
      run.decide(
        { ask: gate('go'), choice: 'approve', answers: {}, rests: run.state.open[gate('go')]!.ask!.rests },
        'bob',
        ' ',
      ),
    ).toBe('reason-missing');
  });

  it('tells the ladder and waits on', () => {
    const run = new Simulation(plan({ escalate: [{ after: 4_000, to: 'duty' }] }));
    run.end(path('a'));
    run.pass(4_000);
    expect(run.events.filter((event) => event.type === 'escalated')).toHaveLength(1);
    run.pass(60_000);
    expect(run.events.filter((event) => event.type === 'escalated')).toHaveLength(1);
    expect(run.asks).toEqual([gate('go')]);
  });

  it('answers itself only where the plan of a rehearsal says so', () => {
    const run = new Simulation(plan({ auto: { choice: 'approve', after: 0 } }));
    run.end(path('a'));
    expect(run.underWay).toEqual([path('b')]);
    expect(run.state.plannedDecisions).toBe(1_000);
  });
});

describe('loss', () => {
  const plan = makePlan([
    makeNode('db', { objectives: { rpo: 60_000 } }),
    makeNode('api', { needs: ['db'] }),
  ]);

  it('beyond the objective is accepted by people before dependents start', () => {
    const run = new Simulation(plan, { disruption: 900_000 });
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 - 61_000 });
    expect([run.asks, run.underWay, run.status('db')]).toEqual([['db?loss#1'], [], 'asks']);
    run.answer('db?loss#1', 'accept');
    expect(run.underWay).toEqual([path('api')]);
  });

  it('is not less for an alarm that went on for hours: where nobody said when it broke, it broke at the start', () => {
    const detection = 100_000;
    const run = new Simulation(plan, { detection });
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 });
    expect(run.asks).toEqual(['db?loss#1']);
    const known = new Simulation(plan, { detection, disruption: 900_000 });
    known.end(path('db'), 'passed', { recoveredUpTo: 900_000 });
    expect(known.asks).toEqual([]);
  });

  it('within the objective is only kept', () => {
    const run = new Simulation(plan, { disruption: 900_000 });
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 - 59_000 });
    expect(run.underWay).toEqual([path('api')]);
  });

  it('is measured apart from the newest record, which is old where nothing was written', () => {
    const run = new Simulation(plan, { disruption: 900_000 });
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 - 9_000, newestRecord: 900_000 - 400_000 });
    expect(run.underWay).toEqual([path('api')]);
    const [shown] = viewOf(run.state, run.state.now).nodes;
    expect(shown!.loss).toEqual({ amount: 9_000, objective: 60_000, accepted: false, newestAge: 400_000 });
  });

  it('beyond what a function allows is asked about, too, and shown at the function', () => {
    const selling = makeNode('selling', {
      kind: 'function',
      needs: ['api'],
      steps: [],
      objectives: { rpo: 30_000 },
    });
    const nodes = [
      makeNode('db', { objectives: { rpo: 60_000 } }),
      makeNode('api', { needs: ['db'] }),
      selling,
    ];
    const run = new Simulation(makePlan(nodes), { disruption: 900_000 });
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 - 45_000 });
    expect(run.asks).toEqual(['db?loss#1']);
    const [shown] = viewOf(run.state, run.state.now).functions;
    expect(shown!.loss).toEqual({ amount: 45_000, objective: 30_000, accepted: false });
  });

  it('counts from the passed fence where the old copy may have gone on writing', () => {
    const fence = makeNode('db.fence', {
      kind: 'fence',
      name: 'db',
      steps: [doStep('stop', { phase: 'fence' })],
    });
    const nodes = [fence, makeNode('db', { needs: ['db.fence'], objectives: { rpo: 60_000 } })];
    const run = new Simulation(makePlan(nodes), { disruption: 900_000 });
    run.end('db/1/fence/stop#1');
    run.end(path('db'), 'passed', { recoveredUpTo: 900_000 });
    expect(run.asks).toEqual(['db?loss#1']);
    const dead = new Simulation(makePlan(nodes), { disruption: 900_000 });
    dead.end('db/1/fence/stop#1', 'passed', { alreadyStopped: true });
    dead.end(path('db'), 'passed', { recoveredUpTo: 900_000 });
    expect(dead.asks).toEqual([]);
  });
});

describe('time objectives', () => {
  const standings = (run: Simulation) =>
    run.events.flatMap((event) =>
      event.type === 'budget' ? [`${event.of} ${event.objective} ${event.standing}`] : [],
    );

  it('are at risk as soon as the rest of the plan does not fit, missed when overdrawn, and stop nothing', () => {
    const a = makeNode('a', { objectives: { rto: 600_000 }, steps: [doStep('work', { takes: 60_000 })] });
    const run = new Simulation(makePlan([a]));
    run.pass(500_000);
    expect(standings(run)).toEqual([]);
    run.end(path('a'), 'failed');
    run.answer('a/1/recover/work?failed#1', 'retry');
    run.pass(45_000);
    expect(standings(run)).toEqual([]);
    run.end(path('a', 2), 'failed');
    expect(standings(run)).toEqual(['a rto at-risk']);
    run.pass(60_000);
    expect([standings(run), run.asks]).toEqual([
      ['a rto at-risk', 'a rto missed'],
      ['a/1/recover/work?failed#2'],
    ]);
  });

  it('count from the disruption, or from the declaration where the runbook says so', () => {
    const nodes = [makeNode('a', { objectives: { rto: 600_000 } })];
    const moments = { disruption: 300_000, declaration: 900_000 };
    const late = new Simulation(makePlan(nodes), moments);
    late.end(path('a'));
    const met = new Simulation(makePlan(nodes, { clock: 'declaration' }), moments);
    met.end(path('a'));
    expect([standings(late), standings(met)]).toEqual([['a rto missed'], ['a rto met']]);
  });

  it('follow a corrected moment, forth and back, also for what was recovered before', () => {
    const nodes = [
      makeNode('a', { objectives: { rto: 600_000 } }),
      makeNode('b', { objectives: { rto: 600_000 } }),
    ];
    const run = new Simulation(makePlan(nodes));
    const correct = (at: number) =>
      run.decide({ propose: [{ on: 'record', set: { moment: 'disruption', at } }] });
    run.end(path('a'));
    expect(standings(run)).toEqual(['a rto met']);
    correct(300_000);
    expect(standings(run).slice(1).sort()).toEqual(['a rto missed', 'b rto missed']);
    correct(900_000);
    run.end(path('b'));
    expect(standings(run).slice(3).sort()).toEqual(['a rto met', 'b rto met']);
  });

  it('that waiting for a want would miss are put to people', () => {
    const slow = makeNode('files', { steps: [doStep('work', { takes: 900_000 })] });
    const api = makeNode('api', { wants: ['files'], objectives: { rto: 600_000 } });
    const run = new Simulation(makePlan([slow, api]));
    expect(run.asks).toEqual(['api/files?want#1']);
    run.answer('api/files?want#1', 'wait');
    run.pass(600_000);
    expect(run.asks).toEqual([]);
    run.end(path('files'), 'failed');
    run.answer('files/1/recover/work?failed#1', 'leave-out');
    expect(run.asks).toEqual(['api/files?want#2']);
    run.answer('api/files?want#2', 'go-on');
    expect(run.underWay).toEqual([path('api')]);
  });
});

describe('people in command', () => {
  it('hold starts nothing new and lets go on what runs', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeNode('b', { needs: ['a'] })]));
    run.decide({ propose: [{ on: 'run', set: 'hold' }] });
    run.end(path('a'));
    expect([run.underWay, run.state.status]).toEqual([[], 'on-hold']);
    run.decide({ propose: [{ on: 'run', set: 'resume' }] });
    expect([run.underWay, run.state.status]).toEqual([[path('b')], 'running']);
  });

  it('cancel lets running steps finish, starts nothing, and tidies up', () => {
    const cleanup = makeNode('a.cleanup', {
      kind: 'cleanup',
      name: 'a',
      after: ['a', 'b'],
      steps: [doStep('wipe', { phase: 'cleanup' })],
    });
    const run = new Simulation(
      makePlan([makeNode('a'), makeNode('b', { needs: ['a'] }), cleanup], { mode: 'rehearsal' }),
    );
    run.decide({ propose: [{ on: 'run', set: 'cancel' }] });
    expect([run.underWay, run.state.status, run.status('b')]).toEqual([[path('a')], 'ending', 'left-out']);
    run.end(path('a'));
    expect(run.underWay).toEqual(['a/1/cleanup/wipe#1']);
    run.end('a/1/cleanup/wipe#1');
    expect(run.state.status).toBe('cancelled');
  });

  it('what had failed before a run was ended keeps its reason', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeNode('b', { needs: ['a'] })]));
    run.end(path('a'), 'failed', { message: 'the backup is damaged' });
    run.decide({ propose: [{ on: 'run', set: 'cancel' }] });
    expect(run.state.status).toBe('cancelled');
    const { a, b } = run.state.nodes;
    expect([a, b]).toMatchObject([
      { status: 'failed', why: 'the backup is damaged' },
      { status: 'left-out', why: run.state.endingWhy },
    ]);
  });

  it('kill names what must be stopped', () => {
    const run = new Simulation(makePlan([makeNode('a')]));
    run.decide({ propose: [{ on: 'run', set: 'kill' }] });
    expect(run.state.open[path('a')]!.stopping).toBe(true);
    run.end(path('a'), 'stopped');
    expect(run.state.status).toBe('cancelled');
  });

  it('an isolation check that is hit ends the run as failed before anything starts', () => {
    const check = makeNode('run.isolation', {
      kind: 'run',
      name: 'run',
      steps: [doStep('check', { phase: 'isolation', guards: true, onFail: 'abort' })],
    });
    const run = new Simulation(
      makePlan([check, makeNode('a', { needs: ['run.isolation'] })], { mode: 'rehearsal' }),
    );
    run.end('run/1/isolation/check#1', 'failed', { message: 'reached 127.0.0.1:5432' });
    expect([run.underWay, run.state.status, run.state.endingWhy]).toEqual([
      [],
      'failed',
      'reached 127.0.0.1:5432',
    ]);
  });

  it('the same decision twice is one decision', () => {
    const run = new Simulation(makePlan([makeNode('a')]));
    const note = { id: 'same', propose: [{ on: 'record', set: { note: 'hello' } }] };
    run.decide(note);
    run.decide(note);
    expect(run.state.notes).toHaveLength(1);
  });

  it('the four parts of the time add up', () => {
    const run = new Simulation(makePlan([makeNode('a'), makeGate('go', { needs: ['a'] })]), {
      disruption: 400_000,
    });
    run.pass(5_000);
    run.end(path('a'));
    run.pass(7_000);
    run.answer(gate('go'), 'approve');
    const { machines, people, neither, end, start } = run.state;
    expect([machines, people, neither]).toEqual([5_000, 7_000, 0]);
    expect(machines + people + neither).toBe(end! - start);
  });
});

describe('what nobody may do', () => {
  const plan = () =>
    makePlan([
      makeNode('a'),
      makeGate('go', { needs: ['a'] }),
      makeNode('b', { needs: ['go'], steps: [doStep('work'), doStep('look', { phase: 'verify' })] }),
    ]);

  it('recover what stands behind a gate by saying that it was done', () => {
    const run = new Simulation(plan());
    run.end(path('a'));
    for (const set of ['done', 'skip'] as const) {
      expect(run.decide({ propose: [{ on: 'step', path: 'b/1/recover/work', set }] })).toBe('not-possible');
      expect(run.decide({ propose: [{ on: 'step', path: 'b/1/verify/look', set }] })).toBe('not-possible');
    }
    expect([run.status('b'), run.status('go')]).toEqual(['waits', 'running']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'valueOf'])('name a node or an ask %s', (name) => {
    const run = new Simulation(plan());
    expect(run.decide({ propose: [{ on: 'node', node: name, set: 'leaveOut' }] })).toBe('not-possible');
    expect(run.decide({ propose: [{ on: 'step', path: name, set: 'done' }] })).toBe('not-possible');
    expect(run.decide({ ask: name, choice: 'approve', answers: {}, rests: 'sha256:x' })).toBe('not-open');
    expect(({} as { givenUp?: boolean }).givenUp).toBeUndefined();
  });
});

describe('continue-as-new', () => {
  it('goes on with the same tries, asks and counts', () => {
    const steps = [doStep('work', { occupies: { bandwidth: 1 } })];
    const nodes = [
      makeNode('a', { steps }),
      makeNode('b', { steps }),
      makeGate('go'),
      makeNode('c', { needs: ['a', 'go'] }),
    ];
    const run = new Simulation(makePlan(nodes, { capacity: { bandwidth: 1 }, questions }));
    run.continueAsNew();
    expect([run.underWay, run.asks]).toEqual([[path('a')], [gate('go')]]);
    run.end(path('a'));
    run.continueAsNew();
    expect(run.underWay).toEqual([path('b')]);
    run.answer(gate('go'), 'approve');
    run.continueAsNew();
    expect(run.underWay).toEqual([path('b'), path('c')]);
  });
});

describe('the moments of a run', () => {
  it('begin with the detection where the disruption is not known', () => {
    const { moments } = new Simulation(makePlan([makeGate('go')]), { at: 100, detection: 40 }).state;
    expect(moments).toMatchObject({
      disruption: { at: 40, assumed: true },
      detection: { at: 40, assumed: false },
      declaration: { at: 100, assumed: true },
    });
  });
});
