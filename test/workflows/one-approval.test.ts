import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeRuns } from '../../client/make-runs.ts';
import type { Answer, Verdict } from '../../client/runs.ts';
import { choice, makeGate, makePlan } from '../core/run/make-plan.ts';
import { makePair, makeRoster, member, type Pair } from '../core/run/make-roster.ts';
import { useTemporal } from '../support/temporal.ts';
import { allEvents } from './all-events.ts';
import { type Running, withWorker } from './running.ts';

const times = Number(process.env['TIMES'] ?? 1_000);
const atOnce = 40;
const temporal = useTemporal();

const keys = { cli: makePair(), chat: makePair(), webhook: makePair() };
const channels = ['cli', 'chat', 'webhook'] as const;
const roster = makeRoster(
  { ada: member(['dba'], { keys: [keys.cli.public] }) },
  {
    edges: {
      slack: { key: keys.chat.public, channels: ['chat'] },
      hooks: { key: keys.webhook.public, channels: ['webhook'] },
    },
  },
);
const by = [{ role: 'dba', count: 2 }];
const choices = [
  choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
  choice('reject', { rejects: true }),
];

interface Opened {
  readonly say: (answer: Answer, pair: Pair) => Promise<Verdict>;
  readonly answer: Omit<Answer, 'id' | 'channel'>;
  readonly length: () => Promise<number>;
  readonly verdicts: () => Promise<string[]>;
}

/** A run that waits for two people at a gate; it is ended behind the test. */
async function atGate({ client, taskQueue, until, find }: Running, test: (opened: Opened) => Promise<void>) {
  const made = makePlan([makeGate('go', {}, { choices })]);
  const plan = { ...made, runbook: { ...made.runbook, name: `again-${randomBytes(4).toString('hex')}` } };
  const host = { id: 'test', name: 'test', taskQueue };
  const place = { client, namespace: 'default', address: temporal.address, host };
  const runs = makeRuns({ ...place, sign: (bytes) => Promise.resolve(keys.cli.sign(bytes)) });
  const { run } = await runs.start({ plan, roster, by: 'ada', channel: 'cli', reason: 'test' });
  const [ask] = (await until(run, ({ asks }) => asks.length === 1)).asks;
  const { handle } = await find(run);
  await test({
    say: (answer, pair) => runs.decide(run, answer, (bytes) => Promise.resolve(pair.sign(bytes))),
    answer: { by: 'ada', reason: 'yes', ask: ask!.try, choice: 'approve', answers: {}, rests: ask!.rests },
    length: async () => (await handle.describe()).historyLength,
    verdicts: async () =>
      (await allEvents(runs, run)).flatMap((event) => (event.type === 'voted' ? [event.verdict] : [])),
  });
  expect((await runs.view(run)).asks[0]!.votes.map((vote) => vote.by)).toEqual(['ada']);
  await handle.terminate();
}

/** Says it so many times, some at once. @returns what the callers were answered, in the order of their calls. */
async function repeatedly(say: (number: number) => Promise<Verdict>): Promise<string[]> {
  const said: string[] = [];
  const numbers = Array.from({ length: times }, (_, number) => number).values();
  const lane = async () => {
    for (const number of numbers) said[number] = (await say(number)).verdict;
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return said;
}

const count = (verdicts: readonly string[], wanted: string) =>
  verdicts.filter((verdict) => verdict === wanted).length;

describe(`one approval, sent ${times} times, ${atOnce} at once, over three channels`, () => {
  it('is one vote, and costs no more than once over each of them', async () => {
    const host = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(host, (running) =>
      atGate(running, async ({ say, answer, length, verdicts }) => {
        const before = await length();
        const said = await repeatedly((number) => {
          const channel = channels[number % channels.length]!;
          return say({ ...answer, channel, id: `once-${channel}` }, keys[channel]);
        });
        const recorded = await verdicts();
        expect(recorded.toSorted()).toEqual(['already-voted', 'already-voted', 'counted']);
        // Whoever sent the one that counts was told so, every time, and nobody else.
        expect(count(said, 'already-voted')).toBe(said.length - count(said, 'counted'));
        expect(Math.abs(count(said, 'counted') - times / channels.length)).toBeLessThanOrEqual(1);
        const grown = (await length()) - before;
        process.stderr.write(`one approval ${times} times: ${grown} events of history\n`);
        expect(grown).toBeLessThanOrEqual(12 * channels.length);
      }),
    );
  }, 300_000);

  it('is one vote where each is a decision of its own; the others are recorded as refused', async () => {
    const host = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(host, (running) =>
      atGate(running, async ({ say, answer, length, verdicts }) => {
        const before = await length();
        const said = await repeatedly((number) => {
          const channel = channels[number % channels.length]!;
          return say({ ...answer, channel }, keys[channel]);
        });
        expect(count(said, 'counted')).toBe(1);
        expect(count(said, 'already-voted')).toBe(times - 1);
        expect((await verdicts()).toSorted()).toEqual(said.toSorted());
        const each = ((await length()) - before) / times;
        process.stderr.write(`${times} approvals of one person: ${each.toFixed(1)} events of history each\n`);
        expect(each).toBeLessThanOrEqual(12);
      }),
    );
  }, 300_000);
});
