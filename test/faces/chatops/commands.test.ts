import { describe, expect, it } from '@jest/globals';
import type { EventBody } from '../../../core/event.ts';
import { commandOf, commands } from '../../../faces/chatops/commands.ts';
import { atTheGate, halfway, now } from '../views.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

const told = async ({ slack }: Chat, text: string, user?: string) => {
  const before = slack.told.length;
  await slack.command(text, user);
  return slack.until(() => slack.told[before]?.text);
};

describe('what is typed after /muster', () => {
  it.each([
    ['approve go-live shop: all is well: really', 'approve', ['go-live', 'shop'], 'all is well: really'],
    ['  HOLD : why', 'hold', [], 'why'],
    ['hold: why', 'hold', [], 'why'],
    ['note shop:the mail\nis down ', 'note', ['shop'], 'the mail\nis down'],
    ['status shop-20261122-031258-a1b2c3', 'status', ['shop-20261122-031258-a1b2c3'], ''],
    ['', 'help', [], ''],
  ])('%j is read', (text, name, names, words) => {
    const found = commandOf(text);
    expect(found?.command.name).toBe(name);
    expect(found?.typed).toEqual({ names, words });
  });

  it('is nothing where there is no such command', () => {
    expect(commandOf('aprove go-live')).toBeUndefined();
  });

  it('is all in the help', async () => {
    await withChat(new ChatRuns(), {}, async (chat) => {
      const help = await told(chat, 'help');
      for (const { name, summary } of commands)
        expect(help).toMatch(new RegExp(`/muster ${name}.*${summary}`));
      expect((await chat.slack.command('aprove')).body).toMatchObject({ response_type: 'ephemeral' });
    });
  });
});

describe('the commands', () => {
  it('show runs, and how one stands', async () => {
    const runs = new ChatRuns();
    await withChat(runs, {}, async (chat) => {
      expect(await told(chat, 'list')).toBe('No run is open.');
      expect(await told(chat, 'status')).toContain('No run is open.');
      runs.show(atTheGate);
      expect(await told(chat, 'list')).toContain('*LIVE*  shop-20261122-031258-a1b2c3');
      expect(await told(chat, 'status')).toMatch(
        /LIVE · shop · running[^]*ASKS: go-live[^]*Waits for people/,
      );
      expect(await told(chat, 'status nowhere')).toContain('there is no run');
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('steer a run, with a reason', async () => {
    const runs = new ChatRuns();
    runs.show(halfway);
    await withChat(runs, {}, async (chat) => {
      expect(await told(chat, 'hold shop')).toContain('Say why, after a colon');
      expect(await told(chat, 'hold shop: the network team asked')).toContain('hold');
      expect(await told(chat, 'resume: it is done', 'UBOB')).toContain('counted');
      expect(await told(chat, 'note shop: the mail is down')).toContain('counted');
      expect(runs.decisions).toMatchObject([
        {
          by: 'ann',
          channel: 'chat',
          reason: 'the network team asked',
          propose: [{ on: 'run', set: 'hold' }],
        },
        { by: 'bob', reason: 'it is done', propose: [{ on: 'run', set: 'resume' }] },
        { by: 'ann', propose: [{ on: 'record', set: { note: 'the mail is down' } }] },
      ]);
      expect(new Set(runs.decisions.map(({ id }) => id)).size).toBe(3);
    });
  });

  it('call the roll, answer it, and show for what there are too few', async () => {
    const runs = new ChatRuns();
    const short = [{ gate: 'go-live', needs: 2, there: ['ann'] }];
    runs.show({ ...halfway, rollcall: { at: halfway.now, present: ['ann'], short } });
    await withChat(runs, {}, async (chat) => {
      expect(await told(chat, 'rollcall')).toContain('counted');
      expect(await told(chat, 'present shop', 'UBOB')).toContain('counted');
      expect(runs.decisions).toMatchObject([
        { by: 'ann', reason: 'roll call', propose: [{ on: 'record', set: { rollcall: true } }] },
        { by: 'bob', reason: 'present', propose: [{ on: 'record', set: { present: true } }] },
      ]);
      expect(await told(chat, 'status')).toContain('TOO FEW PEOPLE*  go-live needs 2, 1 present (ann)');
    });
  });

  it('show what waits before the command is taken, also to who is offered it', async () => {
    const runs = new ChatRuns();
    const set = { commander: 'bob' };
    const offer: EventBody = {
      type: 'changed',
      ...{ change: { on: 'record', set }, by: 'ann', channel: 'cli', reason: 'my shift is over' },
    };
    runs.show({ ...atTheGate, offered: { to: 'bob', by: 'ann', at: now } }, offer);
    await withChat(runs, {}, async (chat) => {
      const offered = await chat.slack.until(() =>
        chat.slack.messages.find(({ text }) => text.startsWith('ann offers the command to bob')),
      );
      expect(chat.slack.shown(offered)).toContain('To be decided:');
      expect(await told(chat, 'handover shop', 'UBOB')).toContain('go-live: Send customers');
      expect(await told(chat, 'accept shop', 'UBOB')).toContain('counted');
      expect(runs.decisions).toMatchObject([
        { by: 'bob', reason: 'accepted', propose: [{ on: 'record', set: { command: 'accept' } }] },
      ]);
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('answer what is asked; without a reason they ask for it', async () => {
    const runs = new ChatRuns();
    runs.show(atTheGate);
    await withChat(runs, {}, async (chat) => {
      expect(await told(chat, 'approve nothing')).toContain('Nothing that is asked now fits nothing');
      await chat.slack.command('approve go-live');
      const { view } = await chat.slack.until(() => chat.slack.forms[0]);
      expect(JSON.stringify(view)).toContain('Send customers to the recovered shop?');
      expect(runs.decisions).toEqual([]);
      expect(await told(chat, 'approve go-live shop: the checks are fine')).toContain('counted');
      expect(await told(chat, 'reject go-live: not yet', 'UBOB')).toContain('counted');
      expect(runs.decisions).toMatchObject([
        { by: 'ann', choice: 'approve', reason: 'the checks are fine' },
        { by: 'bob', choice: 'reject', reason: 'not yet' },
      ]);
    });
  });
});
