import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { makeRuns } from '../../client/make-runs.ts';
import type { Sign } from '../../client/service.ts';
import { messages } from '../../contract/names.ts';
import type { DecideInput } from '../../contract/recovery.ts';
import { canonical } from '../../core/canonical.ts';
import type { AskView } from '../../core/view.ts';
import { choice, makeGate, makePlan } from '../core/run/make-plan.ts';
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
      const { run } = await signedBy().start({ plan, roster, by: 'ada', channel: 'cli', reason: 'test' });
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
