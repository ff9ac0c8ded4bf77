import { describe, expect, it } from '@jest/globals';
import { HookRuns, secretOf, signed } from './served.ts';
import { bearer, type Case, startsAt, withTrigger } from './with-trigger.ts';

describe('a CloudEvent', () => {
  const event = {
    ...{ specversion: '1.0', id: 'e-1', source: '/monitor', type: 'com.example.shop.down', time: startsAt },
    data: { region: 'eu', summary: 'No orders for five minutes', deep: { not: 'a label' } },
  };
  const match = { type: 'com.example.shop.down', 'data.region': 'eu' };
  const structured = { 'content-type': 'application/cloudevents+json' };
  const binary = {
    ...{ 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/monitor', 'ce-time': startsAt },
    'ce-type': 'com.example.shop%2Edown',
  };

  it('proposes in structured JSON, signed or with a token', async () => {
    for (const config of [{ match }, { match, token: undefined, secret: secretOf('monitor') }]) {
      const runs = new HookRuns();
      await withTrigger(runs, { config: config as Case['config'] & {} }, async ({ alarm }) => {
        const body = JSON.stringify(event);
        const proof = 'secret' in config ? signed(body, { secret: config.secret }) : bearer;
        const other = JSON.stringify({ ...event, data: { region: 'us' } });
        const wrong = 'secret' in config ? signed(other, { secret: config.secret }) : bearer;
        expect(await alarm(other, { ...wrong, ...structured })).toMatchObject({ said: { did: 'ignored' } });
        expect(await alarm(body, { ...proof, ...structured })).toMatchObject({ said: { did: 'started' } });
        const expected = { reason: 'No orders for five minutes', detection: Date.parse(startsAt) };
        expect(runs.started).toMatchObject([expected]);
      });
    }
  });

  it('gets in by no signature that is forged, skewed or another one’s', async () => {
    const runs = new HookRuns();
    const config = { match, token: undefined, secret: secretOf('monitor') } as never;
    await withTrigger(runs, { config }, async ({ alarm }) => {
      const body = JSON.stringify(event);
      const secret = secretOf('monitor');
      for (const proof of [
        {},
        bearer,
        signed(body),
        signed(`${body} `, { secret }),
        signed(body, { secret, at: Date.now() - 302_000 }),
        signed(body, { secret, at: Date.now() + 302_000 }),
      ])
        expect((await alarm(body, { ...proof, ...structured })).status).toBe(401);
      expect(runs.started).toEqual([]);
    });
  });

  it('proposes in binary mode, but not where only the body is signed', async () => {
    const data = JSON.stringify(event.data);
    const runs = new HookRuns();
    await withTrigger(runs, { config: { match } }, async ({ alarm }) => {
      expect((await alarm(data, { ...bearer, ...binary, 'ce-specversion': '0.3' })).status).toBe(400);
      expect(await alarm(data, { ...bearer, ...binary })).toMatchObject({ said: { did: 'started' } });
    });
    const secret = secretOf('monitor');
    await withTrigger(runs, { config: { match, token: undefined, secret } as never }, async ({ alarm }) => {
      const { status, said } = await alarm(data, { ...signed(data, { secret }), ...binary });
      expect([status, said['error']]).toEqual([400, expect.stringContaining('must be structured')]);
    });
  });
});
