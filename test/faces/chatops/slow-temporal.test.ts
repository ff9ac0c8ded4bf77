import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { connectRuns } from '../../../client/connect.ts';
import { choice, makeGate, makePlan } from '../../core/run/make-plan.ts';
import { makePair, makeRoster, member } from '../../core/run/make-roster.ts';
import type { Acked } from '../../support/fake-slack.ts';
import { slowProxy } from '../../support/slow-proxy.ts';
import { useTemporal } from '../../support/temporal.ts';
import { withWorker } from '../../workflows/running.ts';
import { withChat } from './chat.ts';

const requests = 200;
const atOnce = 10;
/** What Slack gives an app to answer. */
const slackWaits = 3_000;
/** To Temporal and back. */
const roundTrip = 2_000;

const temporal = useTemporal();
const edge = makePair();
const own = makePair();
const roster = makeRoster(
  {
    ada: member(['on-call'], { keys: [own.public] }),
    ann: member(['dba'], { slack: 'T0TEAM/UANN' }),
    bob: member(['dba'], { slack: 'T0TEAM/UBOB' }),
  },
  { edges: { slack: { key: edge.public, channels: ['chat'] } } },
);
const by = [{ role: 'dba', count: 2 }];
const approve = choice('approve', { by, reason: 'optional', then: [{ on: 'step', set: 'pass' }] });

/** How long the acknowledgements took, from the shortest on, of so many requests, some at once. */
async function acknowledged(send: (number: number) => Promise<Acked>): Promise<number[]> {
  const took: number[] = [];
  const numbers = Array.from({ length: requests }, (_, number) => number).values();
  const lane = async () => {
    for (const number of numbers) {
      const { status, tookMs } = await send(number);
      expect(status).toBe(200);
      took.push(tookMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return took.toSorted((a, b) => a - b);
}

it(`acknowledges ${requests} clicks and commands, ${atOnce} at once, though Temporal takes ${roundTrip} ms`, async () => {
  const made = makePlan([makeGate('go', {}, { choices: [approve, choice('reject', { rejects: true })] })]);
  const plan = { ...made, runbook: { ...made.runbook, name: `slow-${randomBytes(4).toString('hex')}` } };
  const host = { address: temporal.address, taskQueue: temporal.taskQueue() };
  const proxy = await slowProxy(temporal.address, roundTrip / 2);
  const away = await connectRuns({
    ...{ connectionOptions: { address: proxy.address, connectTimeout: '30 seconds' }, namespace: 'default' },
    ...{ host: { id: 'test', name: 'test', taskQueue: host.taskQueue } },
    sign: (bytes) => Promise.resolve(own.sign(bytes)),
  });
  try {
    await withWorker(host, async ({ until, find }) => {
      const { run } = await away.start({ plan, roster, by: 'ada', channel: 'cli', reason: 'test' });
      const began = performance.now();
      await away.view(run);
      expect(performance.now() - began).toBeGreaterThanOrEqual(roundTrip);
      const sign = (bytes: string) => Promise.resolve(edge.sign(bytes));
      await withChat(away, { roster, sign, runbooks: [plan.runbook.name] }, async ({ slack }) => {
        // Whatever other tests have left open on this service is looked at as well, each for as long as a round trip takes.
        const message = await slack.until(
          () => slack.messages.find(({ text }) => text.includes(`${plan.runbook.name} · go:`)),
          300_000,
        );
        const button = slack.buttons(message).find(({ action_id: id }) => id === 'choose:approve')!;
        const took = await acknowledged((number) =>
          number % 2 === 0 ? slack.click(button) : slack.command(`status ${run}`, 'UBOB'),
        );
        const at = (part: number) => Math.round(took[Math.ceil(part * took.length) - 1]!);
        process.stderr.write(
          `${requests} requests acknowledged in ms: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}\n`,
        );
        expect(at(1)).toBeLessThan(slackWaits);
        // It is counted meanwhile, once, and what was asked for beside it does no harm.
        await until(run, ({ asks }) => asks[0]!.votes.length === 1);
        await (await find(run)).handle.terminate();
      });
    });
  } finally {
    await away.close();
    await proxy.close();
  }
}, 300_000);
