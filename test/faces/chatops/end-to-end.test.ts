import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { choice, makeGate, makeNode, makePlan } from '../../core/run/make-plan.ts';
import { makePair, makeRoster, member } from '../../core/run/make-roster.ts';
import { useTemporal } from '../../support/temporal.ts';
import { withWorker } from '../../workflows/running.ts';
import { type Chat, withChat } from './chat.ts';

const temporal = useTemporal();
const pair = makePair();
const person = (user: string, role: string) => member([role], { slack: `T0TEAM/${user}` });
const roster = makeRoster(
  { ann: person('UANN', 'dba'), bob: person('UBOB', 'network'), eve: person('UEVE', 'press') },
  { edges: { slack: { key: pair.public, channels: ['chat'] } } },
);
const sign = (bytes: string) => Promise.resolve(pair.sign(bytes));

const by = [
  { role: 'dba', count: 1 },
  { role: 'network', count: 1 },
];
const choices = [
  choice('approve', { by, reason: 'optional', then: [{ on: 'step', set: 'pass' }] }),
  choice('reject', { by, rejects: true }),
];

function madePlan() {
  const nodes = [
    makeNode('a'),
    makeGate('go', { needs: ['a'] }, { choices }),
    makeNode('b', { needs: ['go'] }),
  ];
  const plan = makePlan(nodes);
  return { ...plan, runbook: { ...plan.runbook, name: `chat-${randomBytes(4).toString('hex')}` } };
}

const ask = ({ slack }: Chat, name: string) =>
  slack.until(() => slack.messages.find(({ text }) => text.includes(`${name} · go:`)));

describe.each(['http', 'socket'] as const)('a gate on a real server, over %s', (mode) => {
  it('is opened by two clicks of people of its roles; others are told why not', async () => {
    const plan = madePlan();
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ runs, performed, find }) => {
      const chatting = { mode, roster, sign, runbooks: [plan.runbook.name] };
      await withChat(runs, chatting, async (chat) => {
        const { slack } = chat;
        const { run } = await runs.start(
          { plan, roster, by: 'ann', channel: 'chat', reason: 'it burns' },
          sign,
        );
        const message = await ask(chat, plan.runbook.name);
        const [approve] = slack.buttons(message);
        await slack.click(approve!, 'UEVE');
        await slack.until(() =>
          slack.told.find(({ user, text }) => user === 'UEVE' && text.includes('NOT counted')),
        );
        await Promise.all([1, 2, 3].map(() => slack.click(approve!, 'UANN')));
        await slack.until(() => slack.shown(message).includes('Votes so far: ann: approve'));
        expect(performed).toEqual(['a/1/recover/work#1']);
        await slack.click(approve!, 'UBOB');
        expect(await (await find(run)).handle.result()).toMatchObject({ status: 'recovered' });
        await slack.until(() => slack.shown(message).includes('DECIDED'));
        await slack.until(() => slack.messages.some(({ text }) => text.includes('RECOVERED run')));
        const votes = (await runs.events(run, 0, 1_000)).flatMap((event) =>
          event.type === 'voted' ? [event] : [],
        );
        expect(
          votes.map(({ verdict, decision, key }) => [decision.by, decision.channel, verdict, key]),
        ).toEqual([
          ['eve', 'chat', 'wrong-role', pair.public.id],
          ['ann', 'chat', 'counted', pair.public.id],
          ['bob', 'chat', 'counted', pair.public.id],
        ]);
        expect(slack.complaints).toEqual([]);
        expect(chat.problems).toEqual([]);
      });
    });
  });
});

describe('a recovery that is declared in the chat, on a real server', () => {
  it('is started by one person, touches nothing until two others have declared it, and recovers', async () => {
    const name = `chat-${randomBytes(4).toString('hex')}`;
    const file = join(mkdtempSync(join(tmpdir(), 'muster-declare-')), 'runbook.yaml');
    writeFileSync(
      file,
      `muster: v1
name: ${name}
title: Restore the thing
owner: team
declare: { by: [{ role: dba }, { role: network }], not: [starter] }
sites: { here: { vars: {} }, there: { vars: {} } }
systems:
  thing: { fence: { none: nothing writes to it }, recover: [{ step: start, use: noop }] }
`,
    );
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ runs, performed, find }) => {
      await withChat(runs, { roster, sign, runbooks: [name], start: { thing: { file } } }, async (chat) => {
        const { slack } = chat;
        await slack.command('declare thing', 'UEVE');
        const { view } = await slack.until(() => slack.forms[0]);
        await slack.submit(view, { reason: 'the site is lost' }, 'UEVE');
        const message = await slack.until(() =>
          slack.messages.find(({ text }) => text.includes(`${name} · declaration:`)),
        );
        const [run = ''] = /chat-\w+-\d+-\d+-\w+/.exec(slack.told[0]?.text ?? '') ?? [];
        expect((await runs.view(run)).startedBy).toBe('eve');
        expect(slack.shown(message)).toContain('eve began it: the site is lost');
        const [declare] = slack.buttons(message);
        const decided = async (user: string, words: string) => {
          // Declaring needs a reason, so a form opens.
          const before = slack.forms.length;
          await slack.click(declare!, user);
          const form = await slack.until(() => slack.forms[before]);
          await slack.submit(form.view, { reason: 'seen' }, user);
          await slack.until(() => slack.told.find((one) => one.user === user && one.text.includes(words)));
        };
        await decided('UEVE', 'NOT counted: eve started this run');
        await decided('UANN', 'counted.');
        expect(performed).toEqual([]);
        await decided('UBOB', 'counted.');
        expect(await (await find(run)).handle.result()).toMatchObject({ status: 'recovered' });
        expect(performed).toEqual(['thing/1/recover/start#1']);
        expect(slack.complaints).toEqual([]);
        expect(chat.problems).toEqual([]);
      });
    });
  });
});
