import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../../client/failure.ts';
import type { EventBody } from '../../../core/event.ts';
import { atTheGate, goLive, halfway, now, recovered } from '../views.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

const began: EventBody = { type: 'began', by: 'ann', channel: 'cli', reason: 'the site burns' };
const note = (text: string): EventBody => ({
  ...{ type: 'changed', change: { on: 'record', set: { note: text } } },
  ...{ by: 'ann', channel: 'cli', reason: 'a note' },
});
const ended: EventBody = { type: 'became', of: 'run', status: 'recovered' };
const asked: EventBody = {
  ...{ type: 'asked', try: goLive.try, about: goLive.about, ask: goLive.ask },
  ...{ shown: goLive.shown, rests: goLive.rests },
};

const top = ({ slack }: Chat) => slack.messages.filter(({ thread }) => thread === undefined);
const thread = ({ slack }: Chat) => slack.messages.filter((message) => message.thread !== undefined);
const lines = (chat: Chat) => thread(chat).flatMap(({ text }) => text.split('\n'));
const told = (chat: Chat, text: string) =>
  chat.slack.until(() => lines(chat).find((line) => line.includes(text)));
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => note(`note ${from + n}.`));

describe('the thread of a run', () => {
  it('has what people need, and nothing for what goes as planned', async () => {
    const runs = new ChatRuns();
    const tried: EventBody = { type: 'tried', try: 'api/1/recover/x#1', path: 'api/1/recover/x', as: 'do' };
    const failed: EventBody = {
      ...{ type: 'ended', try: 'api/1/recover/x#1', outcome: 'failed', outputs: {} },
    };
    const budget = (standing: 'at-risk' | 'missed' | 'met'): EventBody => ({
      ...{ type: 'budget', of: 'ordering', objective: 'rto', standing },
    });
    const passed: EventBody = { type: 'became', of: 'orders-db', status: 'passed' };
    runs.show(halfway, began, { type: 'tick' }, tried, passed, { type: 'claimed' }, failed);
    runs.show(halfway, budget('at-risk'), budget('missed'), {
      type: 'escalated',
      try: goLive.try,
      to: 'network',
    });
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'is called');
      expect(lines(chat).map((line) => line.replace(/^<!date[^>]*> {2}/, ''))).toEqual([
        'run begun by ann: the site burns',
        'FAILED api recover x',
        'AT RISK ordering: RTO',
        'MISSED ordering: RTO',
        'nobody has answered go-live; the network is called <@UBOB>',
      ]);
      expect(thread(chat)).toMatchObject([{ thread: top(chat)[0]!.ts, broadcast: true }]);
      runs.show({ ...recovered, run: halfway.run }, ended);
      await told(chat, 'RECOVERED');
      await chat.slack.until(() => top(chat)[0]!.text === 'LIVE · shop · RECOVERED');
      expect(top(chat)).toHaveLength(1);
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('goes on after whatever somebody wrote, and after a run that is gone', async () => {
    const runs = new ChatRuns();
    const written = ['&', '<', '😀'].map((sign) => note(sign.repeat(900)));
    runs.show(atTheGate, began, ...written, note('and now?'));
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'and now?');
      expect(chat.slack.complaints).toEqual([]);
      runs.list = () => Promise.resolve([]);
      runs.view = () => Promise.reject(new ClientFailure('not-found', 'there is no such run'));
      const marks = () => readFileSync(join(chat.directory, 'told.json'), 'utf8');
      await chat.slack.until(() => marks().includes('"done"'));
      expect(chat.problems).toEqual([]);
    });
  });

  it('is neither told twice nor has gaps, across restarts', async () => {
    const runs = new ChatRuns();
    runs.show(atTheGate, began, asked, ...many(0, 5));
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'note 4.');
      await chat.restart();
      runs.show(atTheGate, ...many(5, 5));
      await told(chat, 'note 9.');
      await chat.restart();
      runs.show({ ...recovered, run: atTheGate.run }, ...many(10, 300), ended);
      await told(chat, 'RECOVERED');
      await chat.restart();
      await chat.slack.until(() => chat.slack.shown(top(chat)[1]!).includes('CLOSED'));
      const notes = lines(chat).flatMap((line) => /note (\d+)\./.exec(line)?.[1] ?? []);
      expect(notes.map(Number)).toEqual(Array.from({ length: 310 }, (_, n) => n));
      expect(top(chat)).toHaveLength(2);
      expect(chat.slack.complaints).toEqual([]);
    });
  });

  it('catches up when Slack was down, wanted fewer calls, and lost its answers', async () => {
    const runs = new ChatRuns();
    runs.show(atTheGate, began, asked, note('note 0.'));
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'note 0.');
      chat.slack.down = true;
      runs.show(atTheGate, ...many(1, 3));
      await chat.slack.until(() => chat.problems.length > 0);
      chat.slack.down = false;
      await told(chat, 'note 3.');
      chat.slack.lost = 1;
      runs.show(atTheGate, ...many(4, 3));
      await chat.slack.until(() => chat.slack.calls.at(-1) === 'conversations.replies');
      expect(lines(chat).at(-1)).toContain('note 6.');
      chat.slack.tooMany = 1;
      const before = chat.slack.calls.length;
      const from = Date.now();
      runs.show(atTheGate, ...many(7, 3));
      await told(chat, 'note 9.');
      expect(Date.now() - from).toBeGreaterThanOrEqual(1_000);
      expect(chat.slack.calls.slice(before)).toHaveLength(2);
      chat.slack.lost = 1;
      runs.show({ ...recovered, run: atTheGate.run }, note('note 10.'), ended);
      await told(chat, 'RECOVERED');
      const notes = lines(chat).flatMap((line) => /note (\d+)\./.exec(line)?.[1] ?? []);
      expect(notes.map(Number)).toEqual(Array.from({ length: 11 }, (_, n) => n));
      expect(top(chat)).toHaveLength(2);
    });
  });

  it('does not repeat a message that was posted when the program died over it', async () => {
    const runs = new ChatRuns();
    runs.show(halfway, began);
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'begun');
      const file = join(chat.directory, 'told.json');
      const written = () =>
        readFileSync(file, 'utf8').includes('"seen":1') ? readFileSync(file, 'utf8') : undefined;
      const before = await chat.slack.until(written);
      runs.show(halfway, note('note 1.'));
      await told(chat, 'note 1.');
      await chat.restart(() => {
        // As it was on the disk between Slack's posting and the program's knowing of it.
        const posting = { id: `${halfway.run} events 1`, thread: top(chat)[0]!.ts, at: Date.now() };
        writeFileSync(file, JSON.stringify({ ...(JSON.parse(before) as object), posting }));
        runs.show(halfway, note('note 2.'));
      });
      await told(chat, 'note 2.');
      expect(lines(chat).filter((line) => line.includes('note'))).toHaveLength(2);
    });
  });

  it('puts what an ask rests on now behind its buttons, where it was opened anew', async () => {
    const runs = new ChatRuns();
    runs.show(atTheGate, began, asked);
    await withChat(runs, {}, async (chat) => {
      const message = await chat.slack.until(() => top(chat)[1]);
      const rests = () =>
        chat.slack
          .buttons(message)
          .map(({ value }) => (JSON.parse(value) as { readonly rests: string }).rests);
      expect(new Set(rests())).toEqual(new Set([goLive.rests]));
      runs.show({ ...atTheGate, asks: [{ ...goLive, rests: 'sha256:other' }] });
      await chat.slack.until(() => rests().every((one) => one === 'sha256:other'));
      expect(top(chat)).toHaveLength(2);
    });
  });

  it('tells a run that came and went between two looks', async () => {
    const runs = new ChatRuns();
    await withChat(runs, {}, async (chat) => {
      runs.show({ ...recovered, run: 'quick-1' }, began, ended);
      await told(chat, 'RECOVERED');
      expect(top(chat)).toMatchObject([{ text: 'LIVE · shop · RECOVERED' }]);
    });
  });

  it('says that a run was terminated, and forgets it', async () => {
    const runs = new ChatRuns();
    runs.show(atTheGate, began, asked);
    await withChat(runs, {}, async (chat) => {
      await told(chat, 'begun');
      runs.terminated.add(atTheGate.run);
      const gone = await chat.slack.until(() => thread(chat).find(({ text }) => text === 'Terminated'));
      expect(gone.broadcast).toBe(true);
      await chat.slack.until(() => chat.slack.buttons(top(chat)[1]!).length === 0);
    });
  });

  it('goes on with the other runs where Slack refuses one', async () => {
    const runs = new ChatRuns();
    await withChat(runs, {}, async (chat) => {
      chat.slack.refuses = (args) => JSON.stringify(args).includes('bad-1');
      runs.show({ ...halfway, run: 'good-1' }, began);
      runs.show({ ...halfway, run: 'bad-1' }, began);
      await chat.slack.until(() => chat.problems.length > 0);
      runs.show({ ...halfway, run: 'good-1' }, note('note 1.'));
      await told(chat, 'note 1.');
      expect(chat.problems.map(String)).toEqual([expect.stringContaining('restricted_action')]);
    });
  });

  it('does not begin on a file that is not its own', async () => {
    await withChat(new ChatRuns(), {}, async (chat) => {
      appendFileSync(
        join(chat.directory, 'journal.jsonl'),
        '{"entry":{"type":"decision"},"hash":"sha256:00"}\n',
      );
      await expect(chat.restart()).rejects.toThrow('broken at line');
    });
  });

  it('writes moments for who reads them', async () => {
    const runs = new ChatRuns();
    runs.show(halfway, began);
    await withChat(runs, {}, async (chat) => {
      const line = await told(chat, 'begun');
      expect(line).toContain(`<!date^${Math.floor(now / 1_000)}^{time_secs}|03:20:18 UTC>`);
    });
  });
});
