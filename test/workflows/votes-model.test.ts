import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PerformInput } from '../../contract/perform.ts';
import type { Event } from '../../core/event.ts';
import { type Act, acts, opensFor, type VoteAct, votes, worlds } from '../core/run/votes.ts';
import { useTemporal } from '../support/temporal.ts';
import { allEvents } from './all-events.ts';
import { judgeVotes } from './judge-votes.ts';
import { type Running, withWorker } from './running.ts';
import { VoteRun } from './vote-run.ts';

/** By hand `VOTES=200 SEED=7`. */
const sequences = Number(process.env['VOTES'] ?? 8);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const atOnce = 8;
/** An opening lasts as long as this server and this machine need for a handful of votes. */
const slower = 4;

type ServerAct =
  | Act
  | { readonly do: 'race'; readonly votes: readonly VoteAct[]; readonly before: number | undefined }
  | { readonly do: 'forge' }
  | { readonly do: 'replay'; readonly which: number }
  | { readonly do: 'reset'; readonly to: number; readonly racing: VoteAct | undefined };

const race: fc.Arbitrary<ServerAct> = fc.record({
  do: fc.constant('race' as const),
  votes: fc.array(votes, { minLength: 2, maxLength: 5 }),
  /** Just before the opening ends, in milliseconds. */
  before: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
});
const reset: fc.Arbitrary<ServerAct> = fc.record({
  do: fc.constant('reset' as const),
  to: fc.integer({ min: 0, max: 100 }),
  racing: fc.option(votes, { nil: undefined }),
});
const replay: fc.Arbitrary<ServerAct> = fc.record({ do: fc.constant('replay' as const), which: fc.nat() });
const sequence = fc.record({
  world: worlds,
  continueAfter: fc.constantFrom(20, 30, 60, 8_000),
  early: fc.array(votes, { maxLength: 2 }),
  acts: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: acts },
      { weight: 2, arbitrary: race },
      { weight: 1, arbitrary: reset },
      { weight: 1, arbitrary: replay },
      { weight: 1, arbitrary: fc.constant({ do: 'forge' } as const) },
    ),
    { minLength: 3, maxLength: 20 },
  ),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer T> ? T : never;

const temporal = useTemporal();

it(
  `${sequences} sequences of votes on a real server come out as the reference says (seed ${seed})`,
  async () => {
    const left = [...fc.sample(sequence, { numRuns: sequences, seed }).entries()];
    const failed: unknown[] = [];
    const held = new Set<string>();
    const perform = async ({ run }: PerformInput) => {
      while (held.has(run)) await sleep(20);
      return { outcome: 'passed', outputs: {}, found: {} } as const;
    };
    const host = { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
    await withWorker(host, async (running) => {
      const beside = new VoteRun({ ...left[0]![1], lasts: opensFor }, running);
      await beside.start();
      const lane = async () => {
        for (let next = left.shift(); next; next = left.shift()) {
          const [index, of] = next;
          const run = new VoteRun({ ...of, lasts: opensFor * slower }, running);
          held.add(run.run);
          await play(of, run, { running, beside, free: () => held.delete(run.run) })
            .catch((error: unknown) => failed.push({ index, of: JSON.stringify(of), error: inspect(error) }))
            .finally(() => held.delete(run.run));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      await beside.handle.terminate();
    });
    expect(failed).toEqual([]);
  },
  60_000 + sequences * 30_000,
);

interface Place {
  readonly running: Running;
  /** Another run, to which must not come what is meant for this one. */
  readonly beside: VoteRun;
  /** Lets the step before the gate end. */
  readonly free: () => void;
}

async function play(of: Sequence, run: VoteRun, { running, beside, free }: Place): Promise<void> {
  await run.start();
  for (const vote of of.early) await run.vote(vote);
  free();
  await running.until(run.run, ({ nodes }) => nodes.find(({ id }) => id === 'go')?.status !== 'waits');
  for (const act of of.acts) {
    await run.look();
    await doOne(run, act, beside);
  }
  await judge(run, running);
  await run.cancel();
  const events = await allEvents(running.runs, run.run);
  expect((await running.archive.read(run.run)).map(timeless)).toEqual(events.map(timeless));
}

/** A workflow task that came to nothing is no part of the history: what was seen live in it was at another time. */
const timeless = (event: Event) => (event.type === 'continued' ? { ...event, at: 0 } : event);

async function doOne(run: VoteRun, act: ServerAct, beside: VoteRun): Promise<void> {
  switch (act.do) {
    case 'vote':
      return run.vote(act);
    case 'pass':
      return sleep(act.ms * slower);
    case 'retry':
      return run.retry();
    case 'revoke':
      return run.revoke();
    case 'continue': // It does so by itself, after a number of events.
      return;
    case 'race':
      if (act.before !== undefined) await run.untilDeadline(act.before);
      await Promise.all(act.votes.map((vote) => run.vote(vote)));
      return;
    case 'forge':
      return run.forge(beside);
    case 'replay':
      return run.repeat(act.which);
    case 'reset':
      await Promise.all([run.reset(act.to), act.racing && run.vote(act.racing)]);
      return;
    default:
      return act satisfies never;
  }
}

/** All that happened must be as the reference says, and so must the state that came of it. */
async function judge(run: VoteRun, { runs }: Running): Promise<void> {
  const view = await runs.view(run.run);
  const events = await allEvents(runs, run.run);
  const reference = judgeVotes(run, events.slice(0, view.lastEvent));
  const ask = view.asks.find(({ about }) => about.node === 'go');
  const open = reference.state === 'open';
  expect(ask?.votes.map(({ by }) => by)).toEqual(open ? reference.votes.map((vote) => vote.by) : undefined);
  expect(ask?.begun?.by).toBe(open ? reference.begun?.by : undefined);
}
