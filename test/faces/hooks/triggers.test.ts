import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../../client/failure.ts';
import { alarmFindings } from '../../../faces/hooks/alarm-findings.ts';
import { unproposedFile } from '../../../faces/hooks/unproposed.ts';
import { planOf, runbook } from '../../language/compile/build.ts';
import { plan, sites, systems } from './declared-plan.ts';
import { HookRuns, roster, signed, token, until } from './served.ts';
import { bearer, rosterSignature, startsAt, withTrigger } from './with-trigger.ts';

const alert = (more: object = {}) => ({
  ...{ status: 'firing', startsAt, endsAt: '0001-01-01T00:00:00Z', fingerprint: 'c0ffee' },
  labels: { alertname: 'ShopDown', region: 'eu', incident: 'INC-7' },
  annotations: { summary: 'The shop does not answer' },
  ...more,
});
const alertmanager = (...alerts: object[]) =>
  JSON.stringify({
    ...{ version: '4', groupKey: '{}:{alertname="ShopDown"}', truncatedAlerts: 0, status: 'firing' },
    ...{ receiver: 'muster', groupLabels: {}, commonLabels: {}, commonAnnotations: {} },
    ...{ externalURL: 'http://alertmanager', alerts },
  });

describe('an alarm of Alertmanager', () => {
  it('proposes: a live run is started that people must declare, with their roster', async () => {
    const runs = new HookRuns();
    const seen: unknown[] = [];
    const make = (parameters: Readonly<Record<string, string>>) => {
      seen.push(parameters);
      return plan;
    };
    const parameters = {
      incident: { label: 'incident', default: 'INC-0' },
      ticket: { label: 'ticket', default: 'none' },
      left: { label: 'nothing' },
      recoverTo: 'latest',
    };
    await withTrigger(runs, { make, config: { parameters } }, async ({ alarm, started, journal }) => {
      const later = alert({ startsAt: new Date().toISOString(), fingerprint: 'later' });
      expect(await alarm(alertmanager(later, alert()))).toEqual({
        status: 200,
        said: { format: 1, did: 'started', run: 'shop-1' },
      });
      expect(runs.started).toEqual([
        {
          ...{ plan, roster, rosterSignature, by: 'trigger:shop-down', channel: 'webhook' },
          ...{ reason: 'The shop does not answer', detection: Date.parse(startsAt) },
        },
      ]);
      expect(seen).toEqual([
        { incident: 'INC-0', ticket: 'none', recoverTo: 'latest' },
        { incident: 'INC-7', ticket: 'none', recoverTo: 'latest' },
      ]);
      expect(started).toEqual(['shop-1']);
      expect(journal().map(({ type }) => type)).toEqual(['alarm', 'proposed']);
    });
  });

  it('is one start however often it comes, also after a restart; a storm is one start, too', async () => {
    const runs = new HookRuns();
    runs.startTakes = 50;
    await withTrigger(runs, {}, async ({ alarm, post, restart }) => {
      const storm = Array.from({ length: 100 }, (_, n) =>
        alarm(alertmanager(alert({ fingerprint: `${n}` }))),
      );
      for (const { status, said } of await Promise.all(storm))
        expect([status, said['run']]).toEqual([200, 'shop-1']);
      runs.open = undefined; // people have stood it down
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'quiet', run: 'shop-1' } });
      await restart();
      const again = await post('/v1/triggers/shop-down', alertmanager(alert()), bearer);
      expect(again).toMatchObject({ said: { did: 'quiet', run: 'shop-1' } });
      expect(runs.started).toHaveLength(1);
    });
  });

  it('starts again when the quiet time is over', async () => {
    const runs = new HookRuns();
    await withTrigger(runs, { config: { quiet: 30 } }, async ({ alarm }) => {
      await alarm(alertmanager(alert()));
      runs.open = undefined;
      await sleep(40);
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'started', run: 'shop-2' } });
    });
  });

  it('starts again after that what came back, and not what people have ended and what fires on', async () => {
    const runs = new HookRuns();
    await withTrigger(runs, { config: { quiet: 30 } }, async ({ alarm, restart, post }) => {
      await alarm(alertmanager(alert()));
      await sleep(40);
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'joined', run: 'shop-1' } });
      runs.end('stood-down');
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'known', run: 'shop-1' } });
      await restart();
      const send = (...alerts: object[]) => post('/v1/triggers/shop-down', alertmanager(...alerts), bearer);
      expect(await send(alert())).toMatchObject({ said: { did: 'known', run: 'shop-1' } });
      expect(await send(alert({ status: 'resolved' }))).toMatchObject({ said: { did: 'resolved' } });
      expect(await send(alert())).toMatchObject({ said: { did: 'started', run: 'shop-2' } });
      await sleep(40);
      runs.end('recovered');
      const another = alert({ startsAt: new Date().toISOString() });
      expect(await send(alert(), another)).toMatchObject({ said: { did: 'started', run: 'shop-3' } });
      await sleep(40);
      runs.end('failed');
      expect(await send(another)).toMatchObject({ said: { did: 'started', run: 'shop-4' } });
    });
  });

  it('does not begin the quiet time by joining: what follows the run that it joined is proposed', async () => {
    const runs = new HookRuns();
    runs.open = { run: 'shop-of-ann', workflowId: 'recover/shop', already: false };
    await withTrigger(runs, {}, async ({ alarm }) => {
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'joined' } });
      runs.end('recovered');
      const another = alert({ startsAt: new Date().toISOString() });
      expect(await alarm(alertmanager(another))).toMatchObject({ said: { did: 'started' } });
    });
  });

  it('is written down once a minute while it joins, with how often it came', async () => {
    const runs = new HookRuns();
    runs.open = { run: 'shop-of-ann', workflowId: 'recover/shop', already: false };
    await withTrigger(runs, {}, async ({ alarm, journal, restart }) => {
      for (let n = 0; n < 50; n += 1) await alarm(alertmanager(alert()));
      await restart();
      const joined = { type: 'alarm-noted', trigger: 'shop-down', did: 'joined', run: 'shop-of-ann' };
      expect(journal()).toEqual([
        expect.objectContaining({ ...joined, times: 1 }),
        expect.objectContaining({ ...joined, times: 49 }),
      ]);
    });
  });

  it('joins the run of the runbook that is open', async () => {
    const runs = new HookRuns();
    runs.open = { run: 'shop-of-ann', workflowId: 'recover/shop', already: false };
    await withTrigger(runs, {}, async ({ alarm, started }) => {
      expect(await alarm(alertmanager(alert()))).toMatchObject({
        said: { did: 'joined', run: 'shop-of-ann' },
      });
      expect([runs.started, started]).toEqual([[], []]);
    });
  });

  it('starts nothing when it is resolved, or another one', async () => {
    const runs = new HookRuns();
    await withTrigger(runs, {}, async ({ alarm }) => {
      const did = async (...alerts: object[]) => (await alarm(alertmanager(...alerts))).said['did'];
      expect(await did(alert({ status: 'resolved' }))).toBe('resolved');
      expect(await did(alert({ labels: { alertname: 'DiskFull' } }))).toBe('ignored');
      expect(await did(alert({ labels: {} }))).toBe('ignored');
      expect(await did()).toBe('ignored');
      expect(runs.started).toEqual([]);
    });
  });

  it('is to be sent again while Temporal is away, and starts then', async () => {
    const runs = new HookRuns();
    runs.failure = new ClientFailure('unreachable', 'Temporal does not answer');
    await withTrigger(runs, {}, async ({ alarm, problems }) => {
      expect((await alarm(alertmanager(alert()))).status).toBe(503);
      expect(problems).toEqual([runs.failure]);
      runs.failure = undefined;
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'started' } });
    });
  });

  it('is refused in words where its labels make no plan, or the runbook has changed since', async () => {
    const runs = new HookRuns();
    const changed = runbook({ systems });
    const make = ({ incident }: Readonly<Record<string, string>>) => {
      if (incident === 'INC-7') throw new Error('"INC-7" does not match the pattern');
      return incident === undefined ? plan : planOf(changed, { ...sites, roster });
    };
    const config = { parameters: { incident: { label: 'incident' } } };
    await withTrigger(runs, { make, config }, async ({ alarm, journal, problems }) => {
      const said = async (incident: string) => {
        const labels = { alertname: 'ShopDown', incident };
        const { status, said: words } = await alarm(alertmanager(alert({ labels })));
        return [status, words['error']];
      };
      expect(await said('INC-7')).toEqual([422, '"INC-7" does not match the pattern']);
      expect(await said('INC-8')).toEqual([422, expect.stringContaining('it has no `declare:`')]);
      expect(String(problems[0])).toContain(
        '("The shop does not answer") starts nothing: "INC-7" does not match',
      );
      expect(journal().map(({ type }) => type)).toEqual(['alarm', 'not-proposed', 'alarm', 'not-proposed']);
      expect(runs.started).toEqual([]);
    });
  });

  it('tells people that nothing was proposed, until something is', async () => {
    const runs = new HookRuns();
    let there = true;
    const make = () => {
      if (there) return plan;
      throw new Error('The roster has not enough people to fill these seats.');
    };
    await withTrigger(runs, { make }, async ({ alarm, directory, journal }) => {
      there = false;
      const findings = () => alarmFindings(unproposedFile(directory));
      for (let n = 0; n < 2; n += 1)
        expect(await alarm(alertmanager(alert()))).toEqual({
          status: 422,
          said: { format: 1, did: 'not-proposed', error: expect.stringContaining('not enough people') },
        });
      expect(journal().at(-1)).toMatchObject({
        ...{ type: 'not-proposed', trigger: 'shop-down', alarm: 'The shop does not answer' },
        why: 'The roster has not enough people to fill these seats.',
      });
      expect(findings()).toEqual([
        {
          ...{ what: 'alarm shop-down', state: 'missing' },
          found: expect.stringMatching(
            /Z "The shop does not answer", 2 times: NOTHING was proposed\. The roster has not enough people/,
          ),
          mend: expect.stringContaining('muster recover shop.yaml'),
        },
      ]);
      there = true;
      expect(await alarm(alertmanager(alert()))).toMatchObject({ said: { did: 'started' } });
      expect(findings()).toEqual([]);
    });
  });

  it('gets in by its token only, and in its own shape', async () => {
    const runs = new HookRuns();
    await withTrigger(runs, {}, async ({ alarm, post, journal }) => {
      const body = alertmanager(alert());
      const proofs = [
        {},
        { authorization: `Bearer ${token}x` },
        { authorization: `Bearer ${token.slice(1)}` },
        { authorization: 'Bearer ' },
        { authorization: `Basic ${token}` },
        signed(body),
      ];
      for (const proof of proofs) expect((await alarm(body, proof)).status).toBe(401);
      expect((await post('/v1/triggers/another', body, bearer)).status).toBe(404);
      for (const shape of ['', '[]', '{}', body.replace('"4"', '"3"')])
        expect((await alarm(shape)).status).toBe(400);
      expect((await alarm(body, { ...bearer, 'content-type': 'text/plain' })).status).toBe(415);
      expect((await alarm(alertmanager(alert({ x: 'x'.repeat(1_100_000) })))).status).toBe(413);
      expect(runs.started).toEqual([]);
      const refused = () => journal().filter(({ type }) => type === 'refused').length;
      await until(() => refused() === proofs.length + 6);
    });
  });
});
