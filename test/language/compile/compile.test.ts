import { describe, expect, it } from '@jest/globals';
import { outputsReferredTo } from '../../../core/run/outputs.ts';
import { Simulation } from '../../core/run/simulate.ts';
import type { AskStep, DoStep, Plan } from '../../../core/plan.ts';
import { compile } from '../../../language/compile/compile.ts';
import type { Written } from '../../../language/runbook.ts';
import { catalogue, gate, minutes, now, planOf, request, runbook, step, system, wrongs } from './build.ts';

const edges = (plan: Plan) =>
  Object.fromEntries(
    Object.values(plan.nodes).map(({ id, needs, wants, after }) => [
      id,
      [...needs, ...wants, ...after].join(' '),
    ]),
  );
const stepsOf = (plan: Plan, node: string) => plan.nodes[node]!.steps.map((one) => `${one.phase}/${one.id}`);

const stop = step('stop-old', 'stop', { with: { dir: '{{source.vars.data}}/pg' } });
const restore = step('restore', 'restore', { with: { to: '{{target.vars.data}}/pg', port: '5432' } });
const check = step('look', 'look');

describe('a system', () => {
  const book = runbook({
    systems: {
      db: system({
        needs: ['go'],
        prepare: [step('ready', 'look')],
        fence: [stop],
        recover: [restore],
        verify: [check],
        cleanup: [step('tidy', 'noop')],
      }),
      files: system({ fence: { by: 'db' }, recover: [restore], verify: [check] }),
      cache: system({ fence: { none: 'it holds nothing' }, recover: [restore] }),
      dns: system({ external: true, verify: [check] }),
    },
    gates: { go: gate() },
  });
  const plan = planOf(book);

  it('becomes its prepare, its fence, itself and its clean-up', () => {
    expect(edges(plan)).toEqual({
      'db.prepare': '',
      go: '',
      'db.fence': 'go',
      db: 'go db.prepare db.fence',
      files: 'db.fence',
      cache: '',
      dns: '',
      cleanup: 'db files cache dns',
      'db.cleanup': 'cleanup',
    });
    expect(stepsOf(plan, 'db')).toEqual(['recover/restore', 'verify/look']);
  });

  it('is fenced at the source and recovered at the target', () => {
    const fence = plan.nodes['db.fence']!.steps[0] as DoStep;
    expect(fence.do).toEqual({ action: 'stop', with: { dir: '/srv/a/pg' }, site: 'source' });
    expect(fence.guards).toBe(true);
    const [recover] = plan.nodes['db']!.steps as DoStep[];
    expect(recover!.do).toEqual({
      action: 'restore',
      with: { to: '/srv/b/pg', port: '5432' },
      site: 'target',
    });
    expect(recover!.guards).toBe(false);
  });

  it('says what it is when it is external, unverified or not fenced', () => {
    expect(plan.nodes['dns']).toMatchObject({ external: true });
    expect(plan.nodes['cache']).toMatchObject({ unverified: true, unfenced: 'it holds nothing' });
    expect(plan.weaknesses.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'unfenced cache',
      'unverified cache',
      'unproved-names go',
      'unproved-names cleanup',
    ]);
  });

  it('is claimed at the target, and at the source where it is fenced; an external one is not', () => {
    expect(plan.claims.map(({ system: name, site }) => `${name}@${site}`)).toEqual([
      'cache@b',
      'db@b',
      'files@b',
      'db@a',
      'files@a',
    ]);
  });

  it('cannot write at another site without a word about its old copy', () => {
    const open = runbook({ systems: { db: system({ recover: [restore], verify: [check] }) } });
    expect(wrongs(open)).toEqual(['MUSTER_SYSTEM_NO_FENCE systems.db']);
    expect(wrongs(open, { from: 'a', to: 'a' })).toEqual([]);
  });
});

describe('a step', () => {
  const book = (one: Parameters<typeof step>[2], use = 'noop', phase: 'recover' | 'verify' = 'recover') =>
    runbook({ systems: { s: system({ fence: { none: 'x' }, [phase]: [step('one', use, one)] }) } });
  const first = (...given: Parameters<typeof book>) => planOf(book(...given)).nodes['s']!.steps[0] as DoStep;

  it('takes a minute and is asked about after three times that, at least five minutes', () => {
    expect(first({})).toMatchObject({ takes: minutes(1), timeout: minutes(5), retries: { count: 0 } });
    expect(first({ takes: minutes(10) })).toMatchObject({ takes: minutes(10), timeout: minutes(30) });
    expect(first({ timeout: minutes(1) })).toMatchObject({ timeout: minutes(1) });
    expect(first({ retries: 3 })).toMatchObject({ retries: { count: 3, every: 10_000 } });
  });

  it('that only looks takes ten seconds and has a minute beyond what it may repeat', () => {
    const more = { within: minutes(2), for: 30_000 };
    expect(first(more, 'look', 'verify')).toMatchObject({ takes: 40_000, timeout: minutes(3) + 30_000 });
    expect(first({}, 'look', 'verify')).toMatchObject({ takes: 10_000, timeout: minutes(1) });
    expect(first(more, 'look', 'verify').do).toMatchObject(more);
  });

  it('touches data where it recovers and nothing where it verifies, and never less than its action', () => {
    expect(first({})).toMatchObject({ touches: 'data', rerun: 'idempotent' });
    expect(first({}, 'noop', 'verify')).toMatchObject({ touches: 'nothing' });
    expect(first({ touches: 'nothing' }, 'switch')).toMatchObject({ touches: 'traffic', rerun: 'once' });
    expect(first({ touches: 'outside' }, 'noop', 'verify')).toMatchObject({ touches: 'outside' });
    const say = { with: { text: 'hello' } };
    expect(first(say, 'say')).toMatchObject({ touches: 'data', rerun: 'once' });
    expect(first(say, 'say', 'verify')).toMatchObject({ touches: 'nothing', rerun: 'idempotent' });
  });

  it('has its own gate just before it', () => {
    const plan = planOf(
      runbook({
        systems: {
          s: system({
            fence: { none: 'x' },
            recover: [restore, step('switch', 'switch', { gate: 'sure' })],
            verify: [check],
          }),
        },
        gates: { sure: gate({ title: 'To {{target.name}}?' }) },
      }),
    );
    expect(Object.keys(plan.nodes)).toEqual(['s']);
    expect(stepsOf(plan, 's')).toEqual(['recover/restore', 'recover/sure', 'recover/switch', 'verify/look']);
    expect((plan.nodes['s']!.steps[1] as AskStep).ask).toMatchObject({
      kind: 'gate',
      title: 'To b?',
      guards: true,
    });
  });

  it('can refer to what people answered at a gate before it', () => {
    const answers = { window: { type: 'string' } } as const;
    const saying = (name: string) =>
      step('say', 'say', { with: { text: `{{gates.${name}.answers.window}}` } });
    const plan = planOf(
      runbook({
        systems: {
          s: system({
            needs: ['go'],
            fence: { none: 'x' },
            recover: [step('switch', 'switch', { gate: 'sure' })],
            verify: [saying('go'), { ...saying('sure'), step: 'again' }],
          }),
        },
        gates: { go: gate({ answers, reason: 'optional' }), sure: gate({ answers }) },
      }),
    );
    expect((plan.nodes['go']!.steps[0] as AskStep).ask).toMatchObject({
      answers,
      choices: [
        { name: 'approve', reason: 'optional' },
        { name: 'reject', reason: 'required' },
      ],
    });
    expect([...outputsReferredTo(plan)]).toEqual(['go/1/gate/decide.window', 's/1/recover/sure.window']);
    const run = new Simulation(plan);
    run.happen({ type: 'claimed' });
    const { rests } = run.state.open['go/1/gate/decide#1']!.ask!;
    const yes = { ask: 'go/1/gate/decide#1', choice: 'approve', rests };
    expect(run.decide({ ...yes, answers: {} }, 'bob', '')).toBe('answers-wrong');
    expect(run.decide({ ...yes, answers: { window: 'tonight' } }, 'bob', '')).toBe('counted');
    expect(run.state.outputs).toEqual({ 'go/1/gate/decide.window': 'tonight' });
  });

  it('can refer to outputs of a system that its own system needs', () => {
    const text = '{{systems.db.steps.restore.outputs.connection}}';
    const db = system({ fence: { none: 'x' }, recover: [restore], verify: [check] });
    const app = system({ external: true, needs: ['db'], verify: [step('say', 'say', { with: { text } })] });
    const plan = planOf(runbook({ systems: { db, app } }));
    expect((plan.nodes['app']!.steps[0] as DoStep).do.with['text']).toEqual({
      $parts: [{ ref: { from: 'step', path: 'db/1/recover/restore', output: 'connection' } }],
    });
    expect(wrongs(runbook({ systems: { app } }))).toEqual([
      'MUSTER_TEMPLATE_UNKNOWN systems.app.verify[0].with.text',
    ]);
  });

  it('refers to what only the run will know, and to nothing else', () => {
    const text = '{{steps.restore.outputs.connection}} {{run.id}} {{target.name}} {{parameters.p}}';
    const verify = [step('say', 'say', { with: { text, port: '012' } })];
    const plan = planOf(
      runbook({
        parameters: { p: { type: 'string', default: '{{run.id}}' } },
        systems: { s: system({ fence: { none: 'x' }, recover: [restore], verify }) },
      }),
    );
    expect((plan.nodes['s']!.steps[1] as DoStep).do.with).toEqual({
      text: {
        $parts: [
          { ref: { from: 'step', path: 's/1/recover/restore', output: 'connection' } },
          { text: ' ' },
          { ref: { from: 'run', field: 'id' } },
          { text: ' b {{run.id}}' },
        ],
      },
      port: '012',
    });
  });

  it('is refused when its input does not fit, as far as it is known', () => {
    const say = (given: Record<string, Written>) =>
      wrongs(book({ with: given }, 'say', 'verify')).map((wrong) =>
        wrong.replace('systems.s.verify[0].', ''),
      );
    expect(say({ text: 'x', port: '5432' })).toEqual([]);
    expect(say({ text: 'x', port: 'NaN' })).toEqual(['MUSTER_ACTION_INPUT with.port']);
    expect(say({ text: '{{run.id}}', port: 'NaN' })).toEqual(['MUSTER_ACTION_INPUT with.port']);
    expect(say({ port: '{{run.id}}' })).toEqual(['MUSTER_ACTION_INPUT with.text']);
    expect(say({ text: '{{run.id}}', prot: '1' })).toEqual(['MUSTER_ACTION_INPUT with.prot']);
    expect(say({ text: '{{steps.none.outputs.x}}' })).toEqual(['MUSTER_TEMPLATE_UNKNOWN with.text']);
    expect(say({ text: { $parts: 'x' } })).toEqual(['MUSTER_TEMPLATE_UNKNOWN with.text.$parts']);
  });
});

describe('what people are asked', () => {
  const book = runbook({
    systems: {
      s: system({
        fence: [{ ...stop, attest: { by: [{ role: 'anyone', count: 2 }], not: [] } }],
        recover: [
          step('call', 'ask', {
            title: 'Call the bank',
            with: { instructions: 'Call {{parameters.who}}', answers: { ticket: { type: 'string' } } },
          }),
          restore,
        ],
        verify: [step('say', 'say', { with: { text: '{{steps.call.outputs.ticket}}' } })],
      }),
    },
    gates: {
      go: gate({
        needs: ['s'],
        approve: { by: [{ role: 'anyone', count: 2 }], not: ['starter'] },
        timeout: minutes(90),
        escalate: [{ after: minutes(4), to: 'duty' }],
      }),
    },
    parameters: { who: { type: 'string' } },
  });
  const plan = planOf(book, { parameters: { who: 'the bank' } });

  it('at a gate is approved by its seats and rejected by anyone; it never answers itself', () => {
    const { ask } = plan.nodes['go']!.steps[0] as AskStep;
    expect(ask).toMatchObject({
      kind: 'gate',
      guards: true,
      not: ['starter'],
      timeout: minutes(90),
      onTimeout: 'stay-shut',
      escalate: [{ after: minutes(4), to: 'duty' }],
    });
    expect(ask.choices).toMatchObject([
      {
        name: 'approve',
        by: [{ role: 'anyone', count: 2 }],
        rejects: false,
        then: [{ on: 'step', set: 'pass' }],
      },
      { name: 'reject', by: [{ role: 'anyone', count: 1 }], rejects: true, then: [] },
    ]);
    expect(JSON.stringify(plan)).not.toContain('"auto"');
  });

  it('to declare the disaster holds what is fenced, restored and switched, and nothing before', () => {
    const declare = { by: [{ role: 'anyone', count: 2 }], not: ['starter'] };
    const systems = { db: system({ prepare: [check], fence: [stop], recover: [restore], verify: [check] }) };
    const declared = planOf({ ...runbook({ systems }), declare });
    expect(edges(declared)).toMatchObject({
      'db.prepare': '',
      'db.fence': 'declaration',
      db: 'db.prepare db.fence declaration',
    });
    const { ask } = declared.nodes['declaration']!.steps[0] as AskStep;
    expect(ask).toMatchObject({ kind: 'declaration', guards: true, not: ['starter'] });
    expect(ask.choices[0]).toMatchObject({ name: 'approve', by: declare.by });
  });

  it('in a manual step is to do it, and to say so with answers', () => {
    const { ask, title } = plan.nodes['s']!.steps[0] as AskStep;
    expect(title).toBe('Call the bank');
    expect(ask).toMatchObject({
      kind: 'manual',
      instructions: 'Call the bank',
      answers: { ticket: { type: 'string' } },
      choices: [
        { name: 'done', then: [{ on: 'step', set: 'pass' }] },
        { name: 'could-not', then: [{ on: 'step', set: 'fail' }] },
        { name: 'begin', then: [], begins: true, reason: 'optional' },
      ],
    });
    expect((plan.nodes['s']!.steps[2] as DoStep).do.with['text']).toEqual({
      $parts: [{ ref: { from: 'step', path: 's/1/recover/call', output: 'ticket' } }],
    });
  });

  it('where a fence cannot prove itself is to attest it', () => {
    expect(plan.nodes['s.fence']!.steps[0]!.attest).toMatchObject({
      kind: 'attestation',
      guards: true,
      choices: [{ name: 'attest', by: [{ role: 'anyone', count: 2 }] }],
    });
  });

  it('when something goes wrong is one choice of few, each with a reason', () => {
    const names = Object.entries(plan.questions).map(
      ([kind, { choices }]) => `${kind}: ${choices.map((one) => one.name).join(' ')}`,
    );
    expect(names).toEqual([
      'failed: retry done skip leave-out',
      'unknown: done retry leave-out',
      'slow: wait stop',
      'gone: wait elsewhere anew leave-out',
      'want: go-on wait',
      'proposal: approve reject',
      'loss: accept leave-out',
    ]);
    const { proposal, ...others } = plan.questions;
    const choices = Object.values(others).flatMap((ask) => ask.choices);
    expect(choices.every((one) => one.reason === 'required' && one.then.length > 0)).toBe(true);
    expect(proposal.choices.every(({ then }) => then.length === 0)).toBe(true);
  });

  it('in instructions knows what is known before the run, and nothing more', () => {
    const late = step('call', 'ask', { with: { instructions: '{{run.id}}' } });
    expect(wrongs(runbook({ systems: { s: system({ fence: { none: 'x' }, recover: [late] }) } }))).toEqual([
      'MUSTER_TEMPLATE_UNKNOWN systems.s.recover[0].with.instructions',
    ]);
  });
});

describe('a plan', () => {
  const book = runbook({ systems: { s: system({ external: true, verify: [check] }) } });

  it('has a digest over all but the moment of its making', () => {
    const plan = planOf(book);
    expect(planOf(book, { now: now + 1 })).toEqual({ ...plan, compiledAt: now + 1 });
    expect(planOf(book, { to: 'a', from: 'a' }).digest).not.toBe(plan.digest);
    expect(planOf(book, { catalogue: catalogue.slice(1) }).digest).not.toBe(plan.digest);
    expect(planOf(JSON.parse(JSON.stringify(book)) as typeof book).digest).toBe(plan.digest);
  });

  it('names a circle that only its fences make', () => {
    const round = runbook({
      systems: {
        s: system({ fence: { by: 'x' }, recover: [restore], verify: [check] }),
        x: system({ needs: ['go'], fence: [stop], recover: [restore], verify: [check] }),
      },
      gates: { go: gate({ needs: ['s'] }) },
    });
    const { diagnostics, plan } = compile(request(round));
    expect(plan).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'MUSTER_REF_CYCLE' }]);
    expect(diagnostics[0]!.summary).toContain('go → x.fence → s → go');
  });

  it('that is larger than a run can carry is refused', () => {
    const systems = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [`s${at}`, system({ external: true, verify: [check] })]),
    );
    const large = runbook({ systems });
    expect(wrongs(large)).toEqual(['MUSTER_PLAN_TOO_LARGE systems']);
    expect(wrongs(large, { compressedSize: () => 1_200_000 })).toEqual([]);
  });

  it('that could not be unfolded where it arrives is refused, however small it travels', () => {
    const long = runbook({ owner: 'x'.repeat(32 * 1024 * 1024) });
    expect(wrongs(long, { compressedSize: () => 1_000 })).toEqual(['MUSTER_PLAN_TOO_LARGE systems']);
  });

  it('is not made for a tabletop exercise yet', () => {
    expect(wrongs(book, { mode: 'tabletop', to: 'cell' })).toEqual(['MUSTER_PLAN_MODE ']);
  });

  it('says which budget it cannot meet even if all goes well', () => {
    const slow = step('look', 'look', { takes: minutes(20) });
    const systems = { s: system({ external: true, verify: [slow], objectives: { rto: minutes(15) } }) };
    expect(planOf(runbook({ systems })).weaknesses).toMatchObject([
      { code: 'budget-cannot-be-met', about: 's', text: 's: RTO 15m cannot be met, the plan takes 20m' },
    ]);
  });

  it('tells all mistakes at once', () => {
    const bad = runbook({
      systems: {
        s: system({ external: true, verify: [step('x', 'lok'), step('y', 'look', { with: { ta: '1' } })] }),
      },
    });
    expect(wrongs(bad)).toEqual([
      'MUSTER_ACTION_UNKNOWN systems.s.verify[0].use',
      'MUSTER_ACTION_INPUT systems.s.verify[1].with',
    ]);
    expect(compile(request(bad)).diagnostics[0]!.hint).toBe('Did you mean look?');
  });
});
