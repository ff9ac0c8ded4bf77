import type { PerformInput } from '../../contract/perform.ts';
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { type Client, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { makeRuns } from '../../client/make-runs.ts';
import type { Sign } from '../../client/service.ts';
import { messages, workflowTypes } from '../../contract/names.ts';
import { startBytes } from '../../contract/start.ts';
import type { Plan } from '../../core/plan.ts';
import { rosterDigest } from '../../core/roster-digest.ts';
import { rosterText } from '../../core/roster.ts';
import { happen } from '../../core/run/advance.ts';
import { callOf } from '../../core/run/call-of.ts';
import { begin, snapshotOf, type State } from '../../core/run/state.ts';
import { createTrust } from '../../activities/trust.ts';
import { planDigest } from '../../language/compile/seal.ts';
import type { DecideInput, RecoveryInput } from '../../contract/recovery.ts';
import { canonical } from '../../core/canonical.ts';
import type { AskView } from '../../core/view.ts';
import { choice, doStep, makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { makePair, makeRoster, member } from '../core/run/make-roster.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

/** By hand `FORGED=10000`. */
const forgeries = Number(process.env['FORGED'] ?? 150);
const temporal = useTemporal();

const [ada, bob, chat, stranger] = [makePair(), makePair(), makePair(), makePair()];
const roster = makeRoster(
  { ada: member(['dba'], { keys: [ada.public] }), bob: member(['dba'], { keys: [bob.public] }) },
  { edges: { chat: { key: chat.public, channels: ['chat'] } } },
);

const gate = makeGate(
  'go',
  {},
  {
    choices: [
      choice('approve', { by: [{ role: 'dba', count: 2 }], then: [{ on: 'step', set: 'pass' }] }),
      choice('reject', { rejects: true }),
    ],
  },
);

describe('a run with a roster, on a real server', () => {
  it(`counts what people and edges of the roster signed, and none of ${forgeries} forgeries`, async () => {
    const made = makePlan([gate]);
    const plan = { ...made, runbook: { ...made.runbook, name: `signed-${randomBytes(4).toString('hex')}` } };
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ client, until, find, taskQueue }) => {
      const signedBy = (sign?: Sign) =>
        makeRuns({
          client,
          namespace: 'default',
          address: options.address,
          host: { id: 'test', name: 'test', taskQueue },
          ...(sign && { sign }),
        });
      const by = (pair: typeof ada) => signedBy((bytes) => Promise.resolve(pair.sign(bytes)));
      const { run } = await by(ada).start({ plan, roster, by: 'ada', channel: 'cli', reason: 'test' });
      const [ask] = (await until(run, (view) => view.asks.length === 1)).asks;
      const vote = voteOn(ask!);

      await expect(signedBy().decide(run, { ...vote, by: 'ada' })).rejects.toMatchObject({ code: 'refused' });
      const { workflowId } = await find(run);
      expect(await forge({ client, workflowId, run }, vote)).toBe(forgeries);
      expect((await signedBy().view(run)).asks[0]!.votes).toEqual([]);

      expect(await by(ada).decide(run, { ...vote, by: 'ada' })).toEqual({ verdict: 'counted' });
      expect(await by(chat).decide(run, { ...vote, by: 'ada', channel: 'chat' })).toMatchObject({
        verdict: 'already-voted',
      });
      expect(await by(chat).decide(run, { ...vote, by: 'bob', channel: 'chat' })).toEqual({
        verdict: 'counted',
      });
      const { handle } = await find(run);
      expect(await handle.result()).toMatchObject({ status: 'recovered' });
      expect(await signedBy().roster(run)).toEqual(roster);
    });
  }, 600_000);
});

describe('the start of a run with a roster', () => {
  it('is proved by a key that speaks for who starts it; any other ends before anything is done', async () => {
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ client, taskQueue, performed }) => {
      const made = makePlan([makeNode('a')]);
      const beginAs = async (change: (input: RecoveryInput) => RecoveryInput, options: object = {}) => {
        const name = `started-${randomBytes(4).toString('hex')}`;
        const plan = { ...made, runbook: { ...made.runbook, name } };
        const who = { by: 'ada', channel: 'cli', reason: 'test' } as const;
        const host = { id: 'test', name: 'test', taskQueue };
        const unsigned = { run: name, plan, roster, host, ...who };
        const signed = startSigned(ada, unsigned);
        return client.workflow.execute(workflowTypes.recovery, {
          workflowId: name,
          taskQueue,
          args: [change({ ...unsigned, signed })],
          ...options,
        });
      };
      await expect(beginAs((input) => input)).resolves.toMatchObject({ status: 'recovered' });
      expect(performed).toHaveLength(1);

      const forged: Record<string, (input: RecoveryInput) => RecoveryInput> = {
        unsigned: (input) => leftOut(input, 'signed'),
        'under another name': (input) => ({ ...input, by: 'bob' }),
        'under another name, signed for it': (input) => ({
          ...input,
          by: 'bob',
          signed: startSigned(ada, { ...input, by: 'bob' }),
        }),
        'over another channel': (input) => ({ ...input, channel: 'chat' }),
        'by a key that nobody knows': (input) => ({
          ...input,
          signed: startSigned(stranger, input),
        }),
        'by an edge for nobody': (input) => ({
          ...input,
          ...{ by: 'mallory', channel: 'chat' },
          signed: startSigned(chat, { ...input, by: 'mallory', channel: 'chat' }),
        }),
        'with the signature of another run': (input) => ({ ...input, run: 'other' }),
        'with another plan': (input) => ({ ...input, plan: { ...input.plan, digest: 'sha256:other' } }),
        'with another roster': (input) => ({ ...input, roster: { ...roster, digest: 'sha256:other' } }),
        'with another disruption': (input) => ({ ...input, disruption: 1 }),
        'on another host': (input) => ({ ...input, host: { ...input.host!, id: 'other' } }),
        'of two hours ago': (input) => ({
          ...input,
          signed: startSigned(ada, input, Date.now() - 7_200_000),
        }),
        'in the middle': (input) => ({
          ...input,
          carried: { snapshot: snapshotOf(stateBegun(input)), unsaved: [], previous: 'x' },
        }),
      };
      for (const [how, change] of Object.entries(forged)) {
        const ended = await beginAs(change).catch((error: unknown) => error);
        expect([how, ended]).toEqual([how, expect.any(WorkflowFailedError)]);
        expect((ended as WorkflowFailedError).cause).toMatchObject({ type: 'MUSTER_START_UNPROVED' });
      }
      expect(performed).toHaveLength(1);
      // Temporal says of the second run of either that it continues one.
      const again = [
        { cronSchedule: '@every 1s', followRuns: false },
        { retry: { maximumAttempts: 3, initialInterval: 1 }, workflowRunTimeout: '10s', followRuns: false },
      ];
      const names: string[] = [];
      for (const options of again) {
        const ended = beginAs((input) => (names.push(input.run), forged['in the middle']!(input)), options);
        expect(await ended.catch((error: unknown) => error)).toBeInstanceOf(Error);
      }
      await sleep(3_000);
      await client.workflow.getHandle(names[0]!).terminate();
      expect(performed).toHaveLength(1);
      const byEdge = (input: RecoveryInput): RecoveryInput => {
        const triggered = { ...input, by: 'trigger:alarms', channel: 'chat' } as const;
        return { ...triggered, signed: startSigned(chat, triggered) };
      };
      await expect(beginAs(byEdge)).resolves.toMatchObject({ status: 'recovered' });
      const acts = makePlan([makeNode('a', { steps: [doStep('work', { touches: 'data' })] })]);
      const acting = await beginAs((input) => byEdge({ ...input, plan: acts })).catch(
        (error: unknown) => error,
      );
      expect((acting as WorkflowFailedError).cause).toMatchObject({
        message: expect.stringMatching(/an alarm proposes/),
      });
    });
  }, 120_000);
});

const leftOut = <T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> => {
  const { [key]: _left, ...rest } = whole;
  return rest;
};

describe('a worker that trusts whom one key vouches for', () => {
  const keeper = generateKeyPairSync('ed25519');
  const vouching = {
    id: 'SHA256:keeper',
    ed25519: Buffer.from(keeper.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
  };
  const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const people = { ...roster, digest: rosterDigest(roster, sha256) };
  const rosterSignature = {
    keyId: vouching.id,
    signature: sign(null, Buffer.from(rosterText(people.digest)), keeper.privateKey).toString('hex'),
  };

  it('performs what the plan says that somebody of the roster started, and nothing else', async () => {
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ client, taskQueue }) => {
      const trust = createTrust(client, [vouching]);
      const made = makePlan([makeNode('a')]);
      const plan = { ...made, digest: planDigest(made, sha256) };
      const executionOf = async (change: (input: RecoveryInput) => RecoveryInput) => {
        const run = `trusted-${randomBytes(4).toString('hex')}`;
        const host = { id: 'test', name: 'test', taskQueue };
        const who = { by: 'ada', channel: 'cli', reason: 'test' } as const;
        const unsigned = { run, plan, roster: people, rosterSignature, host, ...who };
        const input = change({ ...unsigned, signed: startSigned(ada, unsigned) });
        const handle = await client.workflow.start(workflowTypes.recovery, {
          ...{ workflowId: run, taskQueue, args: [input] },
        });
        return { workflowId: run, runId: handle.firstExecutionRunId };
      };
      const good = await executionOf((input) => input);
      const { input: performance } = callOf(atFirstStep(plan), 'a/1/recover/work#1');
      const asks = (what: PerformInput) => ({ run: good.workflowId, performance: what });
      expect(await trust(good, asks(performance))).toBeUndefined();
      expect(await trust(good, { run: good.workflowId })).toBeUndefined();
      expect(await trust(good, { run: 'another' })).toMatch(/asks for it in the name of another/);
      const other = { ...performance, call: { ...performance.call, action: 'command' } };
      expect(await trust(good, asks(other))).toMatch(/its plan says nothing like that/);
      expect(await trust(good, asks({ ...performance, enter: ['ssh', 'elsewhere'] }))).toMatch(
        /nothing like that/,
      );
      expect(await trust(good, asks({ ...performance, path: 'b/1/recover/x' }))).toMatch(/nothing like that/);

      const mistrusted: readonly [RegExp, (input: RecoveryInput) => RecoveryInput][] = [
        [/has none/, (input) => leftOut(input, 'roster')],
        [/not signed by a key/, (input) => leftOut(input, 'rosterSignature')],
        [/not what its digest says/, (input) => ({ ...input, roster: { ...people, people: {} } })],
        [/not what its digest says/, (input) => ({ ...input, plan: { ...plan, nodes: {} } })],
        [/nobody of its roster/, (input) => leftOut(input, 'signed')],
        [/nobody of its roster/, (input) => ({ ...input, by: 'bob' })],
        [/signature of its start is wrong/, (input) => ({ ...input, reason: 'another' })],
      ];
      for (const [why, change] of mistrusted) {
        const execution = await executionOf(change);
        expect(await trust(execution, { run: execution.workflowId, performance })).toMatch(why);
      }
    });
  }, 120_000);
});

/** The start of a run, signed now or at another time. */
const startSigned = (
  pair: typeof ada,
  input: Omit<RecoveryInput, 'signed'>,
  issued = Date.now(),
): NonNullable<RecoveryInput['signed']> => ({
  ...pair.sign(startBytes('default', issued, input)),
  issued,
});

/** A run whose first step is under way. */
function atFirstStep(plan: Plan): State {
  const state = begin({ plan, run: 'run', by: 'ada', at: 0 });
  happen(state, 0, [{ type: 'began', by: 'ada', channel: 'cli', reason: 'test' }], {
    sha256: (text) => text,
  });
  return state;
}

const stateBegun = ({ plan, run, by }: RecoveryInput) => begin({ plan, run, by, at: 0, roster });

const voteOn = (ask: AskView) => ({
  channel: 'cli' as const,
  reason: 'all is well',
  ask: ask.try,
  choice: 'approve',
  answers: {},
  rests: ask.rests,
});

/** Sends forged votes straight to the server; gives how many of them were refused. */
async function forge(
  to: { readonly client: Client; readonly workflowId: string; readonly run: string },
  vote: ReturnType<typeof voteOn>,
): Promise<number> {
  const handle = to.client.workflow.getHandle(to.workflowId);
  const send = async (input: DecideInput) => {
    try {
      await handle.executeUpdate(messages.decide, { args: [input], updateId: randomUUID() });
      return 0;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return 1;
      throw error;
    }
  };
  let refused = 0;
  for (let sent = 0; sent < forgeries;) {
    const some = Array.from({ length: Math.min(10, forgeries - sent) }, (_, at) =>
      forged(to.run, vote, sent + at),
    );
    sent += some.length;
    for (const one of await Promise.all(some.map(send))) refused += one;
  }
  return refused;
}

/** Each kind of forgery in turn: no signature, a stranger's, another's, one cut or altered, one over other bytes. */
function forged(run: string, vote: ReturnType<typeof voteOn>, number: number): DecideInput {
  const now = Date.now();
  const decision = {
    version: 1,
    namespace: 'default',
    id: randomUUID(),
    run,
    issued: now,
    expires: now + 60_000,
  };
  const bytes = canonical({ ...decision, ...vote, by: 'ada' });
  const right = ada.sign(bytes);
  const at = number % 128;
  const other = right.signature[at] === '0' ? '1' : '0';
  const altered = right.signature.slice(0, at) + other + right.signature.slice(at + 1);
  const kinds: DecideInput[] = [
    { bytes },
    { bytes, ...stranger.sign(bytes) },
    { bytes, ...bob.sign(bytes) },
    { bytes, ...chat.sign(bytes) },
    { bytes, signature: stranger.sign(bytes).signature, keyId: ada.public.id },
    { bytes, keyId: right.keyId, signature: altered },
    { bytes, keyId: right.keyId, signature: right.signature.slice(0, -2) },
    { bytes, keyId: right.keyId, signature: right.signature.toUpperCase() },
    { bytes: canonical({ ...decision, ...vote, by: 'ada', reason: 'another' }), ...right },
    { bytes: ` ${bytes}`, ...right },
    { bytes: canonical({ ...decision, ...vote, by: 'ada', run: `${run}x` }), ...right },
    { bytes: 'null', ...right },
  ];
  return kinds[number % kinds.length]!;
}
