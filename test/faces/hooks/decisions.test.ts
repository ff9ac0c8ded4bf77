import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { atTheGate, goLive } from '../views.ts';
import { decision, running, secretOf, senders, signed, type Served, until, withHooks } from './served.ts';

const refusals = ({ journal }: Served) =>
  journal().flatMap((entry) => (entry['type'] === 'refused' ? [entry['why']] : []));

describe('a decision over a webhook', () => {
  it('is journalled, signed for the person, and answered with what the run said', async () => {
    const runs = running();
    await withHooks(runs, {}, async ({ decide, journal }) => {
      runs.onDecide = () => expect(journal().map(({ type }) => type)).toEqual(['decision']);
      const { status, said } = await decide(decision);
      expect([status, said]).toEqual([
        200,
        { format: 1, verdict: 'counted', decision: expect.stringMatching(/^hook-[0-9a-f]{64}$/) },
      ]);
      expect(runs.decisions).toEqual([
        {
          ...{ id: said['decision'], by: 'ann', channel: 'webhook', reason: 'all is well' },
          ...{ ask: goLive.try, choice: 'approve', answers: {}, rests: goLive.rests },
        },
      ]);
      expect(journal()).toMatchObject([
        { type: 'decision', user: 'bridge:{"name":"ann"}', run: atTheGate.run },
        { type: 'outcome', so: 'counted', id: said['decision'] },
      ]);
    });
  });

  it('says why where the run did not count it', async () => {
    const runs = running();
    runs.verdict = { verdict: 'channel-refused', why: 'answers are taken from cli' };
    await withHooks(runs, {}, async ({ decide }) => {
      const answer = { verdict: 'channel-refused', why: 'answers are taken from cli' };
      expect(await decide(decision)).toMatchObject({ status: 200, said: answer });
    });
  });

  it('gets in by nothing that is forged, skewed or tampered with; each is journalled', async () => {
    const runs = running();
    await withHooks(runs, {}, async (served) => {
      const { decide, post } = served;
      const body = JSON.stringify(decision);
      const tampered = JSON.stringify({ ...decision, choice: 'reject' });
      const good = signed(body);
      const { 'webhook-id': _, ...noId } = good;
      const statuses = [
        await post('/v1/decisions', body),
        await post('/v1/decisions', body, noId),
        await post('/v1/decisions', body, { ...good, 'webhook-signature': 'v1,' }),
        await post('/v1/decisions', body, { ...good, 'webhook-signature': `v2${good['webhook-signature']}` }),
        await post('/v1/decisions', body, { ...good, 'webhook-id': 'msg_another' }),
        await post('/v1/decisions', body, { ...good, 'webhook-id': 'msg.with.dots' }),
        await decide(decision, { secret: secretOf('nobody') }),
        await decide(decision, { at: Date.now() - 302_000 }),
        await decide(decision, { at: Date.now() + 302_000 }),
        await post('/v1/decisions', tampered, good),
      ];
      expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([401]));
      await until(() => refusals(served).length === statuses.length);
      expect(refusals(served)).toEqual([
        ...['unsigned', 'unsigned', 'forged', 'unsigned', 'forged', 'unsigned'],
        ...['forged', 'skewed', 'skewed', 'forged'],
      ]);
      expect(runs.decisions).toEqual([]);
      expect((await decide(decision, { at: Date.now() - 290_000 })).status).toBe(200);
    });
  });

  it('gets in by none of 500 signatures that somebody makes up', async () => {
    const runs = running();
    await withHooks(runs, {}, async ({ post }) => {
      const body = JSON.stringify(decision);
      const forged = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
      for (let round = 0; round < 10; round += 1) {
        const tries = Array.from({ length: 50 }, () =>
          post('/v1/decisions', body, { ...signed(body), 'webhook-signature': `v1,${forged()}` }),
        );
        for (const { status } of await Promise.all(tries)) expect(status).toBe(401);
      }
      expect(runs.decisions).toEqual([]);
    });
  });

  it('is refused where it is too large, of another type or another shape', async () => {
    const runs = running();
    await withHooks(runs, {}, async (served) => {
      const { decide, post } = served;
      const large = JSON.stringify({ ...decision, reason: 'x'.repeat(70_000) });
      expect((await post('/v1/decisions', large, signed(large))).status).toBe(413);
      const body = JSON.stringify(decision);
      const form = { ...signed(body), 'content-type': 'application/x-www-form-urlencoded' };
      expect((await post('/v1/decisions', body, form)).status).toBe(415);
      const { rests: _, ...blind } = decision;
      const shapes = [
        blind,
        [],
        { ...decision, person: 'ann' },
        { ...decision, person: { name: 'ann', email: 'bob@shop.example' } },
        { ...decision, channel: 'cli' },
        { ...decision, run: ' ' },
        { ...decision, run: 'shop' },
        { ...decision, reason: 'x'.repeat(4_001) },
      ];
      for (const shape of shapes) expect((await decide(shape)).status).toBe(400);
      const text = 'no json';
      expect((await post('/v1/decisions', text, signed(text))).status).toBe(400);
      const [get, elsewhere] = await Promise.all(
        ['/v1/decisions', '/v1/nothing'].map((path) => fetch(`${served.url}${path}`)),
      );
      expect([get!.status, elsewhere!.status]).toEqual([405, 404]);
      expect(runs.decisions).toEqual([]);
      await until(() => refusals(served).length === 11);
    });
  });

  it('is of the people whom its sender authenticates, and of no others', async () => {
    const runs = running();
    await withHooks(runs, {}, async (served) => {
      const say = async (person: object, from: 'bridge' | 'mailer') =>
        (await served.decide({ ...decision, person }, { secret: senders[from]!.secret })).status;
      expect(await say({ openid: { issuer: 'https://id.example', subject: '4711' } }, 'bridge')).toBe(200);
      expect(await say({ email: 'bob@shop.example' }, 'mailer')).toBe(200);
      expect(await say({ slack: 'T1/U1' }, 'mailer')).toBe(200);
      expect(runs.decisions.map(({ by }) => by)).toEqual(['ann', 'bob', 'bob']);
      expect(await say({ name: 'ann' }, 'mailer')).toBe(403);
      expect(await say({ email: 'bob@shop.example' }, 'bridge')).toBe(403);
      expect(await say({ name: 'mallory' }, 'bridge')).toBe(403);
      expect(await say({ name: '__proto__' }, 'bridge')).toBe(403);
      expect(await say({ openid: { issuer: 'https://evil.example', subject: '4711' } }, 'bridge')).toBe(403);
      expect(await say({ email: 'both@shop.example' }, 'mailer')).toBe(403);
      await until(() => refusals(served).length === 6);
      expect(new Set(refusals(served))).toEqual(new Set(['not-authenticated', 'not-in-roster']));
      expect(runs.decisions).toHaveLength(3);
    });
  });
});

it('is not held up by who sends half a request', async () => {
  await withHooks(running(), {}, async ({ url, decide }) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    expect((await decide(decision)).status).toBe(200);
    socket.destroy();
  });
});
