import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Event } from '../../core/event.ts';
import { readJournal, verifyJournal } from '../../record/journal.ts';
import { built } from '../support/built.ts';
import { chances } from '../support/chances.ts';
import { type FakeMessage, FakeSlack } from '../support/fake-slack.ts';
import { ChatService, type Victim } from './chat-service.ts';
import { Muster } from './muster.ts';
import { recordOf } from './record-of.ts';

/** By hand: `KILLS=200 SEED=7 npm test -- test/demo/click-kill.test.ts`. */
const kills = Number(process.env['KILLS'] ?? 6);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const victims: readonly Victim[] = ['worker', 'temporal-server', 'chatops'];
/** A click takes as long as that to be counted where nothing is killed. */
const longest = 150;
/** Nobody clicks more often than that. */
const patience = 50;

const gates = Array.from({ length: kills }, (_, n) => `g${n + 1}`);
const people = { ann: 'UANN', bob: 'UBOB' } as const;
type Person = keyof typeof people;

/** Clicks, and clicks again only where Slack said that the app did not respond, or the app that it is not counted. */
async function approve(slack: FakeSlack, message: FakeMessage, person: Person): Promise<number> {
  const user = people[person];
  const isShown = () => slack.shown(message).includes(`${person}: approve`) || closed(slack, message);
  for (let clicks = 1; clicks <= patience; clicks += 1) {
    // What the message offers now: it may have been edited since the last click.
    const button = slack.buttons(message).find(({ action_id: id }) => id === 'choose:approve')!;
    const before = slack.told.length;
    const acked = await slack.click(button, user).catch(() => undefined);
    if (acked?.status === 200) {
      const isTold = () =>
        slack.told.slice(before).some((one) => one.user === user && !/: counted\.$/.test(one.text));
      await slack.until(() => isShown() || isTold());
    } else await sleep(500);
    if (isShown()) return clicks;
    await sleep(200);
  }
  throw new Error(`${patience} clicks of ${person} did nothing: ${slack.shown(message)}`);
}

const closed = (slack: FakeSlack, message: FakeMessage) => slack.shown(message).includes('DECIDED');

describe(`clicks in the chat, ${kills} kills between click and acceptance (seed ${seed})`, () => {
  const muster = new Muster();
  const chance = chances(seed);
  let slack: FakeSlack;
  afterAll(async () => {
    await muster.remove();
    await slack.close();
  }, 60_000);

  it(
    'are lost nowhere once they are acknowledged, and counted once',
    async () => {
      await built('faces/cli/main.js');
      slack = await FakeSlack.start();
      const service = await ChatService.start(muster, slack, gates);
      const killed = new Map<string, number>();
      for (const gate of gates) {
        const message = await slack.until(() =>
          slack.messages.find(({ text }) => text.includes(`clicks · ${gate}:`)),
        );
        const victim = victims[Math.floor(chance() * victims.length)]!;
        const clicked = Promise.all([approve(slack, message, 'ann'), approve(slack, message, 'bob')]);
        await sleep(chance() * longest);
        const at = Date.now();
        if (service.kill(victim)) killed.set(gate, at);
        const clicks = await clicked;
        process.stderr.write(
          `${gate}: ${victim}, ${clicks.join(' + ')} clicks, over after ${Date.now() - at} ms\n`,
        );
      }
      await slack.until(() => slack.messages.some(({ text }) => text.includes('RECOVERED run')));
      const events = recordOf(muster.home);
      expect(counted(events).map(who).toSorted()).toEqual(
        gates.flatMap((gate) => [`${gate} ann`, `${gate} bob`]).toSorted(),
      );
      await judge(slack, service, events, killed);
    },
    120_000 + kills * 60_000,
  );
});

async function judge(
  slack: FakeSlack,
  { journal, run }: ChatService,
  events: readonly Event[],
  killed: ReadonlyMap<string, number>,
): Promise<void> {
  const ids = events.flatMap((event) => (event.type === 'voted' ? [event.decision.id] : []));
  expect(new Set(ids).size).toBe(ids.length);

  // Nothing came in that was not written down first, and what was written down is whole.
  expect(await verifyJournal(journal)).not.toHaveProperty('broken');
  const written = new Set<unknown>();
  for await (const entry of readJournal(journal))
    if (entry['type'] === 'decision') written.add((entry['decision'] as { id: string }).id);
  for (const id of ids) expect(written).toContain(id);

  // Nobody was told that hers counts, by a word or in a message, where it does not stand in the record.
  const told = slack.told.flatMap(
    ({ user, text }) =>
      new RegExp(`^\\*approve (g\\d+)\\* \\(${run}\\): counted\\.$`).exec(text)?.[1]?.concat(` ${user}`) ??
      [],
  );
  const right = counted(events).map((vote) => who(vote).replace(/\w+$/, (name) => people[name as Person]));
  expect(told.filter((one) => !right.includes(one))).toEqual([]);
  const after = counted(events).filter(
    (vote) => vote.at > (killed.get(who(vote).split(' ')[0]!) ?? Infinity),
  );
  process.stderr.write(
    `${killed.size} killed; ${after.length} of ${right.length} votes were counted after the kill; ${told.length} told in words\n`,
  );
}

type Voted = Extract<Event, { type: 'voted' }>;

const counted = (events: readonly Event[]): Voted[] =>
  events.flatMap((event) => (event.type === 'voted' && event.verdict === 'counted' ? [event] : []));

/** The gate and the person of a vote: `g1 ann`. */
const who = ({ decision }: Voted): string =>
  'ask' in decision ? `${decision.ask.split('/')[0]} ${decision.by}` : '';
