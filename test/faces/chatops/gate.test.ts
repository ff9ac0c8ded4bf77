import { describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../../client/failure.ts';
import type { Decision, EventBody } from '../../../core/event.ts';
import type { AskView, RunView } from '../../../core/view.ts';
import { atTheGate, brokenGlass, dns, goLive, halfway, now, recovered } from '../views.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

/** A gate that ann and bob must open together, at once where they agree. */
const gate: AskView = {
  ...goLive,
  ask: {
    ...goLive.ask,
    choices: goLive.ask.choices.map((choice) =>
      choice.rejects
        ? choice
        : {
            ...choice,
            reason: 'optional',
            by: [
              { role: 'dba', count: 1 },
              { role: 'network', count: 1 },
            ],
          },
    ),
  },
};
const atGate: RunView = { ...atTheGate, asks: [gate] };
const asked: EventBody = {
  type: 'asked',
  ...{ try: gate.try, about: gate.about, ask: gate.ask },
  ...{ shown: gate.shown, rests: gate.rests },
};

const voted = (by: string, choice: string) => ({
  type: 'voted' as const,
  verdict: 'counted' as const,
  decision: {
    ...{ by, choice, ask: gate.try, channel: 'chat', reason: 'looked at it', answers: {} },
  } as unknown as Decision,
});

const card = ({ slack }: Chat) =>
  slack.until(() => slack.messages.find(({ text }) => text.includes('go-live:')));
const button = async (chat: Chat, name: string) => {
  const found = chat.slack.buttons(await card(chat)).find(({ action_id: id }) => id === `choose:${name}`);
  return found!;
};

describe('a gate in the channel', () => {
  it('says what is decided, on what it rests, what it releases, what is left, who decides', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    await withChat(runs, {}, async (chat) => {
      const shown = chat.slack.shown(await card(chat));
      for (const part of [
        'LIVE · shop · go-live',
        'Send customers to the recovered shop?',
        'Rests on api verified <',
      ])
        expect(shown).toContain(part);
      for (const part of [
        'Releases traffic',
        'RTO 30m: 13m 42s left, ON TRACK',
        'all is there about <!date',
        'waiting costs ordering its RTO after 7m 12s (<!date',
      ])
        expect(shown).toContain(part);
      expect(shown).toContain('Decided by dba and network <@UANN> <@UBOB>');
      expect(shown).toContain(`plan ${halfway.plan.digest}`);
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('says of a broken glass when it opens by itself, and has a button for the objection alone', async () => {
    const runs = new ChatRuns();
    const { try: id, about, ask, shown: seen, rests } = brokenGlass;
    runs.show(
      { ...atTheGate, asks: [brokenGlass] },
      { type: 'asked', try: id, about, ask, shown: seen, rests },
    );
    await withChat(runs, {}, async (chat) => {
      const message = await card(chat);
      const shown = chat.slack.shown(message);
      expect(shown).toMatch(
        /It opens by itself at <!date\S+ UTC>; until then anybody of the roster may object/,
      );
      expect(shown).not.toMatch(/nobody|Without an answer|Decided by/);
      const buttons = chat.slack.buttons(message).map(({ action_id: action }) => action);
      expect(buttons).toEqual(['choose:object']);
    });
  });

  it('sends an approval under the name of the roster, and shows it as approved only when it counted', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    runs.decideTakes = 300;
    await withChat(runs, {}, async (chat) => {
      const { slack } = chat;
      expect((await slack.click(await button(chat, 'approve'))).status).toBe(200);
      const message = await card(chat);
      await slack.until(() => slack.shown(message).includes('On its way, not counted yet'));
      expect(slack.shown(message)).not.toMatch(/Votes so far|DECIDED/);
      await slack.until(() => slack.told.find(({ text }) => text.includes('counted.')));
      const votes = [{ by: 'ann', choice: 'approve', channel: 'cli' as const, at: now }];
      runs.show({ ...atGate, asks: [{ ...gate, votes }] }, voted('ann', 'approve'));
      await slack.until(() => slack.shown(message).includes('Votes so far: ann: approve'));
      runs.show(recovered, voted('bob', 'approve'), {
        type: 'ended',
        try: gate.try,
        outcome: 'passed',
        outputs: {},
      });
      await slack.until(() => slack.shown(message).includes('DECIDED'));
      expect(slack.shown(message)).toContain('approve by bob (chat): looked at it');
      expect(slack.buttons(message)).toEqual([]);
      expect(runs.decisions).toMatchObject([
        { by: 'ann', channel: 'chat', ask: gate.try, choice: 'approve', rests: gate.rests, answers: {} },
      ]);
      expect(chat.journal().map(({ type }) => type)).toEqual(['decision', 'outcome']);
    });
  });

  it('takes the same click three times for one decision', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    runs.decideTakes = 100;
    await withChat(runs, {}, async (chat) => {
      const approve = await button(chat, 'approve');
      await Promise.all([1, 2].map(() => chat.slack.click(approve)));
      await chat.slack.until(() => chat.slack.told.length === 2);
      await chat.restart();
      await chat.slack.click(approve);
      await chat.slack.until(() => chat.slack.told.length === 3);
      expect(new Set(runs.decisions.map(({ id }) => id)).size).toBe(1);
      await chat.slack.click(approve, 'UBOB');
      await chat.slack.until(() => chat.slack.told.length === 4);
      expect(new Set(runs.decisions.map(({ id }) => id)).size).toBe(2);
    });
  });

  it('says why a vote was not counted, and lets it be said again', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    runs.verdict = { verdict: 'excluded', why: 'ann is among those who may not decide this' };
    await withChat(runs, {}, async (chat) => {
      for (const times of [1, 2]) {
        await chat.slack.click(await button(chat, 'approve'));
        await chat.slack.until(() => chat.slack.told.length === times);
      }
      expect(chat.slack.told[0]).toMatchObject({
        user: 'UANN',
        text: expect.stringContaining('NOT counted: ann is'),
      });
      expect(new Set(runs.decisions.map(({ id }) => id)).size).toBe(2);
    });
  });

  it('says that it is not known, and that repeating is harmless', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    await withChat(runs, {}, async (chat) => {
      const approve = await button(chat, 'approve');
      runs.failure = new ClientFailure('unreachable', 'Temporal does not answer');
      await chat.slack.click(approve);
      const told = await chat.slack.until(() => chat.slack.told[0]);
      expect(told.text).toContain('it is not known whether it was recorded');
      expect(told.text).toContain('it counts once');
      runs.failure = undefined;
      await chat.slack.click(approve);
      await chat.slack.until(() => chat.slack.told[1]?.text.includes('counted.'));
      const ids = chat.journal().flatMap((entry) => (entry['type'] === 'outcome' ? [entry['id']] : []));
      expect(new Set(ids).size).toBe(1);
    });
  });

  it('asks for the reason of a rejection in a form', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    await withChat(runs, {}, async (chat) => {
      const { slack } = chat;
      await slack.click(await button(chat, 'reject'), 'UBOB');
      const { view } = await slack.until(() => slack.forms[0]);
      expect(runs.decisions).toEqual([]);
      expect(await slack.submit(view, { reason: 'the api is slow' }, 'UBOB')).toMatchObject({
        status: 200,
        body: undefined,
      });
      await slack.until(() => runs.decisions[0]);
      expect(runs.decisions[0]).toMatchObject({ by: 'bob', choice: 'reject', reason: 'the api is slow' });
      await slack.until(() =>
        slack.told.find(({ user, text }) => user === 'UBOB' && text.includes('counted.')),
      );
      expect(slack.complaints).toEqual([]);
    });
  });

  it('wakes nobody who may not decide, and says the day of what may be of another', async () => {
    const runs = new ChatRuns();
    const closesAt = atGate.now + 3 * 86_400_000;
    const one = { ...gate, closesAt, ask: { ...gate.ask, not: ['starter'] as const } };
    runs.show({ ...atGate, asks: [one] });
    await withChat(runs, {}, async (chat) => {
      const shown = chat.slack.shown(await card(chat));
      expect(shown).toContain('Decided by dba and network, not the starter <@UBOB>');
      expect(shown).not.toContain('<@UANN>');
      expect(shown).toMatch(/\{date_short_pretty\} \{time_secs\}\|2026-11-25 /);
    });
  });

  it('shows what is decided whatever the instructions are', async () => {
    const runs = new ChatRuns();
    const instructions = Array.from({ length: 90 }, (_, n) => `${n}. ${'Do & look. '.repeat(8)}`).join(
      '\n\n',
    );
    runs.show({ ...atGate, asks: [{ ...gate, ask: { ...gate.ask, instructions } }] });
    await withChat(runs, {}, async (chat) => {
      const shown = chat.slack.shown(await card(chat));
      for (const words of ['Rests on', 'Releases', 'RTO', 'Decided by', '0. Do', '89. Do'])
        expect(shown).toContain(words);
      expect(shown.indexOf('Decided by')).toBeLessThan(shown.indexOf('0. Do'));
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('shows the answers of who was first, and fills them in for who comes after', async () => {
    const runs = new ChatRuns();
    const answers = { before: '192.0.2.1', ttl: 300 };
    const first = { by: 'ann', choice: 'done', channel: 'cli', at: atTheGate.now, answers } as const;
    runs.show({ ...atTheGate, asks: [{ ...dns, votes: [first] }] });
    await withChat(runs, {}, async ({ slack }) => {
      const message = await slack.until(() => slack.messages.find(({ text }) => text.includes('dns')));
      expect(slack.shown(message)).toContain(String.raw`Answered: before \"192.0.2.1\", ttl 300`);
      await slack.click(slack.buttons(message)[0]!);
      const form = JSON.stringify(await slack.until(() => slack.forms[0]));
      expect(form).toContain('"initial_value":"192.0.2.1"');
      expect(form).toContain('"initial_value":"300"');
      expect(slack.complaints).toEqual([]);
    });
  });

  it('takes typed answers, and says in the form which of them is none', async () => {
    const runs = new ChatRuns();
    runs.show({ ...atTheGate, asks: [dns] });
    await withChat(runs, {}, async (chat) => {
      const { slack } = chat;
      const message = await slack.until(() => slack.messages.find(({ text }) => text.includes('dns')));
      await slack.click(slack.buttons(message)[0]!);
      const { view } = await slack.until(() => slack.forms[0]);
      const filled = { 'answer:before': '192.0.2.1', 'answer:ttl': 'soon', reason: 'done' };
      expect((await slack.submit(view, filled)).body).toEqual({
        response_action: 'errors',
        errors: { 'answer:ttl': 'It must be a number.' },
      });
      expect(chat.journal()).toEqual([]);
      await slack.submit(view, { ...filled, 'answer:ttl': '300' });
      await slack.until(() => runs.decisions[0]);
      expect(runs.decisions[0]).toMatchObject({ choice: 'done', answers: { before: '192.0.2.1', ttl: 300 } });
      expect(slack.complaints).toEqual([]);
    });
  });

  it('has no buttons where the chat may not answer', async () => {
    const runs = new ChatRuns();
    runs.show({ ...atGate, asks: [{ ...gate, ask: { ...gate.ask, channels: ['cli', 'console'] } }] });
    await withChat(runs, {}, async (chat) => {
      const message = await card(chat);
      expect(chat.slack.buttons(message)).toEqual([]);
      expect(chat.slack.shown(message)).toContain('Answers are taken from cli, console');
    });
  });

  it('sends again what was accepted when the program died over it, under the same id', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    await withChat(runs, {}, async (chat) => {
      const approve = await button(chat, 'approve');
      runs.failure = new ClientFailure('unreachable', 'gone');
      await chat.slack.click(approve);
      await chat.slack.until(() => chat.journal().find(({ so }) => so === 'uncertain'));
      runs.failure = undefined;
      await chat.restart();
      await chat.slack.until(() => chat.slack.told.find(({ text }) => text.includes('counted.')));
      expect(runs.decisions.map(({ id }) => id)).toEqual([chat.journal()[1]!['id']]);
      await chat.restart();
      expect(runs.decisions).toHaveLength(1);
    });
  });

  it('does nothing for somebody who is not in the roster, and says so to nobody else', async () => {
    const runs = new ChatRuns();
    runs.show(atGate, asked);
    await withChat(runs, {}, async (chat) => {
      const { slack } = chat;
      await slack.click(await button(chat, 'approve'), 'UEVE', {
        user: { id: 'UEVE', username: 'ann', name: 'Ann' },
      });
      const told = await slack.until(() => slack.told[0]);
      expect(told).toMatchObject({ user: 'UEVE', text: expect.stringContaining('not in the roster') });
      const guest = { user: { id: 'UANN', team_id: 'TOTHER' } };
      await slack.click(await button(chat, 'approve'), 'UANN', guest);
      await slack.until(() => slack.told.length === 2);
      expect((await slack.command('hold shop: because', 'UEVE')).body).toMatchObject({
        response_type: 'ephemeral',
      });
      expect(runs.decisions).toEqual([]);
      await slack.until(() => chat.journal().length === 3);
      expect(chat.journal().map(({ why }) => why)).toEqual(Array(3).fill('not-in-roster'));
    });
  });
});
