import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../../../actions/catalogue.ts';
import type { RunView } from '../../../core/view.ts';
import { planOf, runbook, step, system } from '../../language/compile/build.ts';
import { choice, makeGate, makeNode, makePlan } from '../../core/run/make-plan.ts';
import { makePair, makeRoster, member } from '../../core/run/make-roster.ts';
import { useTemporal } from '../../support/temporal.ts';
import { withWorker } from '../../workflows/running.ts';
import { senders, type Served, token, trigger, withHooks } from './served.ts';

const temporal = useTemporal();
const pair = makePair();
const roster = makeRoster(
  { ann: member(['dba']), bob: member(['network'], { email: 'bob@shop.example' }), eve: member(['press']) },
  { edges: { web: { key: pair.public, channels: ['webhook'] } } },
);
const sign = (bytes: string) => Promise.resolve(pair.sign(bytes));
const by = [
  { role: 'dba', count: 1 },
  { role: 'network', count: 1 },
];
const seats = (rejects: boolean) => ({ by: rejects ? by.slice(0, 1) : by, rejects });
const choices = [
  choice('approve', { ...seats(false), then: [{ on: 'step', set: 'pass' }] }),
  choice('reject', seats(true)),
];
const options = () => ({ address: temporal.address, taskQueue: temporal.taskQueue() });
const newName = () => `hooks-${randomBytes(4).toString('hex')}`;

/** What a person says to the open ask of a node, as a foreign bot would send it. */
const saying = (decide: Served['decide']) => (view: RunView, node: string) => {
  const { try: ask, rests } = view.asks.find(({ about }) => about.node === node)!;
  const said = (person: object, more: object = {}, from = 'bridge', id?: string) =>
    decide(
      { person, run: view.run, ask, rests, choice: 'approve', reason: 'seen', ...more },
      { secret: senders[from]!.secret, ...(id !== undefined && { id }) },
    );
  return said;
};

describe('a gate on a real server', () => {
  it('is opened by people whom two systems authenticate; each vote counts once', async () => {
    const nodes = [
      makeNode('a'),
      makeGate('go', { needs: ['a'] }, { choices }),
      makeGate('cli-only', { needs: ['a'] }, { choices, channels: ['cli'] }),
      makeNode('b', { needs: ['go'] }),
    ];
    const made = makePlan(nodes);
    const plan = { ...made, runbook: { ...made.runbook, name: newName() } };
    await withWorker(options(), async ({ runs, until, performed }) => {
      await withHooks(runs, { roster, sign }, async ({ decide }) => {
        const start = { plan, roster, by: 'ann', channel: 'webhook', reason: 'it burns' } as const;
        const { run } = await runs.start(start, sign);
        const view = await until(run, ({ asks }) => asks.length === 2);
        const go = saying(decide)(view, 'go');
        const verdicts = async (...said: ReturnType<typeof go>[]) =>
          (await Promise.all(said)).map((one) => one.said['verdict']);
        expect(await verdicts(go({ name: 'eve' }))).toEqual(['wrong-role']);
        expect(await verdicts(go({ name: 'ann' }, { rests: 'sha256:other' }))).toEqual(['rests-changed']);
        const refused = saying(decide)(view, 'cli-only')({ name: 'ann' });
        expect(await verdicts(refused)).toEqual(['channel-refused']);
        const ann = Array.from({ length: 40 }, () => go({ name: 'ann' }, {}, 'bridge', 'msg_ann'));
        expect(new Set(await verdicts(...ann))).toEqual(new Set(['counted']));
        expect(await verdicts(go({ name: 'ann' }))).toEqual(['already-voted']);
        expect(performed).toEqual(['a/1/recover/work#1']);
        expect(await verdicts(go({ email: 'bob@shop.example' }, {}, 'mailer'))).toEqual(['counted']);
        await until(run, ({ nodes: now }) => now.some(({ id, status }) => id === 'b' && status === 'passed'));
        expect((await go({ name: 'ann' }, { run: 'nowhere-20260101-030400-c0ffee' })).status).toBe(422);
        const votes = (await runs.events(run, 0, 1_000)).flatMap((event) =>
          event.type === 'voted' && event.verdict === 'counted' ? [event] : [],
        );
        expect(votes.map(({ decision, key }) => [decision.by, decision.channel, key])).toEqual([
          ['ann', 'webhook', pair.public.id],
          ['bob', 'webhook', pair.public.id],
        ]);
        await runs.decide(
          run,
          { by: 'ann', channel: 'webhook', reason: 'done', propose: [{ on: 'run', set: 'cancel' }] },
          sign,
        );
      });
    });
  });
});

/** An alarm goes on for an hour already. */
const since = Date.now() - 3_600_000;

describe('an alarm on a real server', () => {
  const book = {
    ...runbook({
      name: newName(),
      systems: {
        db: system({
          prepare: [step('look', 'noop')],
          fence: [step('stop', 'noop')],
          recover: [step('restore', 'noop')],
          verify: [step('look-again', 'noop')],
          cleanup: [step('tidy', 'noop')],
        }),
        files: system({ fence: { none: 'read only' }, recover: [step('copy', 'noop')] }),
      },
    }),
    declare: { by, not: ['starter'] },
  };
  const plan = planOf(book, { from: 'a', to: 'b', roster, catalogue });
  const alarm = JSON.stringify({
    ...{ version: '4', groupKey: 'shop', status: 'firing' },
    alerts: [
      {
        ...{ status: 'firing', startsAt: new Date(since).toISOString(), fingerprint: '1' },
        ...{ labels: { alertname: 'ShopDown' }, annotations: { summary: 'It is gone' } },
      },
    ],
  });

  it('touches nothing until people have declared; rejected, nothing at all', async () => {
    const serving = {
      ...{ roster, sign, triggers: { 'shop-down': trigger() } },
      make: () => Promise.resolve({ plan, roster }),
    };
    await withWorker(options(), async ({ runs, until, performed, find }) => {
      await withHooks(runs, serving, async ({ decide, post }) => {
        const send = () => post('/v1/triggers/shop-down', alarm, { authorization: `Bearer ${token}` });
        const answers = await Promise.all(Array.from({ length: 20 }, send));
        const [run] = new Set(answers.map(({ said }) => String(said['run'])));
        const prepared = await until(
          run!,
          ({ asks, inner }) =>
            asks.length === 1 && inner.some(({ id, status }) => id === 'db.prepare' && status === 'passed'),
        );
        expect([prepared.startedBy, prepared.moments.detection?.at, performed]).toEqual([
          ...['trigger:shop-down', since],
          ['db/1/prepare/look#1'],
        ]);
        const rejected = saying(decide)(prepared, 'declaration')({ name: 'ann' }, { choice: 'reject' });
        expect((await rejected).said['verdict']).toBe('counted');
        await until(run!, ({ nodes }) => nodes.some(({ status }) => status === 'shut'));
        expect((await send()).said).toMatchObject({ did: 'quiet', run });
        expect(performed).toEqual(['db/1/prepare/look#1']);

        const again = { on: 'step', path: 'declaration/1/gate/decide', set: 'retry' } as const;
        const asking = { channel: 'webhook', reason: 'it is one', propose: [again] } as const;
        expect((await runs.decide(run!, { ...asking, by: 'eve' }, sign)).verdict).toBe('not-commander');
        expect((await runs.decide(run!, { ...asking, by: 'ann' }, sign)).verdict).toBe('counted');
        const open = await until(run!, ({ asks }) => asks.length === 1);
        const declare = saying(decide)(open, 'declaration');
        await declare({ name: 'ann' });
        expect(performed).toEqual(['db/1/prepare/look#1']);
        await declare({ email: 'bob@shop.example' }, {}, 'mailer');
        const done = await until(run!, ({ asks }) => asks.some(({ about }) => about.node === 'cleanup'));
        await saying(decide)(done, 'cleanup')({ name: 'eve' }, { choice: 'clean-up' });
        expect(await (await find(run!)).handle.result()).toMatchObject({ status: 'recovered' });
        expect((await runs.view(run!)).commander).toBe('bob');
        const after = [
          'db/1/cleanup/tidy',
          'db/1/fence/stop',
          'db/1/recover/restore',
          'db/1/verify/look-again',
        ];
        expect(performed.slice(1).toSorted()).toEqual(
          [...after, 'files/1/recover/copy'].map((path) => `${path}#1`),
        );
      });
    });
  });
});
