import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { halfway } from '../views.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

const running = () => {
  const runs = new ChatRuns();
  runs.show(halfway);
  return runs;
};
const hold = (change: Record<string, string> = {}) =>
  new URLSearchParams({
    ...{
      team_id: 'T0TEAM',
      api_app_id: 'A0APP',
      user_id: 'UANN',
      command: '/muster',
      text: 'hold shop: because',
    },
    ...{ trigger_id: 'trigger', ...change },
  }).toString();
const refusals = async ({ slack, journal }: Chat, count: number) => {
  await slack.until(() => journal().length === count);
  return journal().map(({ why }) => why);
};

describe('the entrance over HTTP', () => {
  it('lets nothing in that is forged, skewed, replayed or tampered with, and journals each', async () => {
    const runs = running();
    await withChat(runs, {}, async (chat) => {
      const { slack } = chat;
      const status = async (...args: Parameters<typeof slack.post>) => (await slack.post(...args)).status;
      const stamp = String(Math.floor(Date.now() / 1_000));
      expect(await status(hold(), { secret: 'another' })).toBe(401);
      expect(await status(hold(), { headers: { 'x-slack-signature': '' } })).toBe(401);
      expect(await status(hold(), { at: Date.now() - 302_000 })).toBe(401);
      expect(await status(hold(), { at: Date.now() + 302_000 })).toBe(401);
      const signature = slack.sign(stamp, hold());
      const headers = { 'x-slack-request-timestamp': stamp, 'x-slack-signature': signature };
      expect(await status(hold({ text: 'cancel shop: because' }), { headers })).toBe(401);
      expect(runs.decisions).toEqual([]);
      expect(await status(hold(), { headers })).toBe(200);
      expect(await status(hold(), { headers })).toBe(401);
      await slack.until(() => chat.journal().filter(({ type }) => type === 'refused').length === 6);
      const why = chat.journal().flatMap((entry) => (entry['type'] === 'refused' ? [entry['why']] : []));
      expect(why).toEqual(['forged', 'unsigned', 'skewed', 'skewed', 'forged', 'replayed']);
      await slack.until(() => runs.decisions[0]);
      expect(runs.decisions).toHaveLength(1);
    });
  });

  it('knows after a restart what it took before, also what led to nothing then', async () => {
    const runs = new ChatRuns();
    await withChat(runs, {}, async ({ slack, restart, journal, directory }) => {
      const signed = (text: string) => {
        const [at, body] = [Math.floor(Date.now() / 1_000), hold({ text })];
        const signature = slack.sign(String(at), body);
        const headers = { 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature };
        return async () => (await slack.post(body, { headers })).status;
      };
      const nothing = signed('hold: because');
      expect(await nothing()).toBe(200);
      await restart(() => runs.show(halfway));
      expect(await nothing()).toBe(401);
      const note = signed('note shop: the mail is down');
      expect(await note()).toBe(200);
      await slack.until(() => runs.decisions[0]);
      await restart();
      expect(await note()).toBe(401);
      await restart();
      expect(journal().flatMap(({ type, why }) => (type === 'refused' ? [why] : []))).toEqual([
        ...['replayed', 'replayed'],
      ]);
      expect(runs.decisions).toHaveLength(1);
      // Nobody can send them with what the journal holds.
      expect(readFileSync(join(directory, 'journal.jsonl'), 'utf8')).not.toContain('v0=');
    });
  });

  it('is pinned to one team and one app, and replies to Slack only', async () => {
    const runs = running();
    await withChat(runs, {}, async (chat) => {
      for (const change of [
        { team_id: 'TOTHER' },
        { api_app_id: 'AOTHER' },
        { response_url: 'https://evil.example/commands' },
        { response_url: 'https://hooks.slack.com.evil.example/' },
        { response_url: `http://user@${chat.slack.host}/reply` },
        { user_id: '../../etc' },
      ])
        expect((await chat.slack.post(hold(change))).status).toBe(403);
      expect(await refusals(chat, 6)).toEqual([
        ...['other-team', 'other-app', 'other-host', 'other-host', 'other-host', 'malformed'],
      ]);
      expect(runs.decisions).toEqual([]);
    });
  });

  it('reads 64 KB of one content type at one place', async () => {
    await withChat(running(), {}, async (chat) => {
      const { slack } = chat;
      const large = hold({ text: 'x'.repeat(66_000) });
      expect((await slack.post(large)).status).toBe(413);
      expect((await slack.post('{}', { headers: { 'content-type': 'application/json' } })).status).toBe(415);
      expect((await slack.post('payload=%7Bnot-json')).status).toBe(403);
      expect((await slack.post('ssl_check=1&token=x')).status).toBe(200);
      expect(await refusals(chat, 3)).toEqual(['too-large', 'content-type', 'malformed']);
      expect(JSON.stringify(chat.journal()[0]).length).toBeLessThan(1_000);
      const elsewhere = slack.appUrl.replace('/slack', '/');
      expect((await fetch(elsewhere, { method: 'POST', body: hold() })).status).toBe(404);
      expect((await fetch(slack.appUrl)).status).toBe(405);
    });
  });

  it('does not let a flood of forgeries fill the disk', async () => {
    await withChat(running(), {}, async (chat) => {
      await Promise.all(Array.from({ length: 150 }, () => chat.slack.post(hold(), { secret: 'another' })));
      await chat.restart();
      expect(chat.journal().length).toBeLessThanOrEqual(120);
      expect(chat.journal().length).toBeGreaterThanOrEqual(60);
    });
  });

  it('is not held up by who sends half a request', async () => {
    await withChat(running(), {}, async (chat) => {
      const socket = connect(Number(new URL(chat.slack.appUrl).port), '127.0.0.1');
      socket.write('POST /slack HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
      expect((await chat.slack.command('help')).status).toBe(200);
      socket.destroy();
    });
  });
});

describe.each(['http', 'socket'] as const)('an acknowledgement over %s', (mode) => {
  it('comes at once, though each decision takes two seconds', async () => {
    const runs = running();
    runs.decideTakes = 2_000;
    await withChat(runs, { mode }, async ({ slack }) => {
      const took: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const acks = await Promise.all(
          Array.from({ length: 40 }, (_, n) => slack.command(`hold shop: ${round} ${n}`)),
        );
        for (const ack of acks) expect(ack.status).toBe(200);
        took.push(...acks.map(({ tookMs }) => tookMs));
      }
      const sorted = took.toSorted((a, b) => a - b);
      const p99 = sorted[Math.floor(sorted.length * 0.99)]!;
      process.stderr.write(
        `${mode}: ${took.length} acknowledgements, 40 at once, p99 ${Math.round(p99)} ms\n`,
      );
      expect(p99).toBeLessThan(3_000);
      await slack.until(() => runs.decisions.length === 200);
    });
  });
});
