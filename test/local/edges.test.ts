import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../local/doctor/finding.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import { newKey } from '../../people/new-key.ts';
import { publicLine } from '../../people/public-key.ts';
import { Muster } from '../demo/muster.ts';
import { FakeSlack } from '../support/fake-slack.ts';

/** The real service with a chat that is configured, broken and taken away while it runs. */
describe('the edges of a service', () => {
  const muster = new Muster();
  const at = (name: string) => join(muster.home, name);
  const pid = (name = 'chatops') => guardedIdentity({ directory: at('local'), name })?.pid;
  let slack: FakeSlack;

  const configure = (change: object = {}) => {
    const { ids, api, botToken, appToken, host } = slack;
    writeFileSync(at('tokens-bot'), botToken);
    writeFileSync(at('tokens-app'), appToken);
    const secrets = { botToken: 'file:tokens-bot', appToken: 'file:tokens-app' };
    const config = { mode: 'socket', ...ids, api, replyHosts: [host], ...secrets, roster: 'roster.yaml' };
    writeFileSync(at('chatops.yaml'), JSON.stringify({ ...config, key: 'chat', ...change }));
  };
  const until = async (what: () => boolean | Promise<boolean>) => {
    for (const end = Date.now() + 60_000; !(await what()); await sleep(50))
      if (Date.now() > end) throw new Error('it did not come to that');
  };
  const finding = async (): Promise<Finding | undefined> => {
    const { out } = await muster.run('doctor', '--output', 'json');
    const { findings } = JSON.parse(out) as { findings: Finding[] };
    return findings.find(({ what }) => what === 'chatops');
  };

  beforeAll(async () => {
    slack = await FakeSlack.start();
    const line = publicLine(await newKey(at('chat'), 'chat'), 'chat');
    const people = `people:\n  ann: { roles: [dba], slack: T0TEAM/UANN }\n`;
    const edge = `edges:\n  slack: { key: '${line}', channels: [chat] }\n`;
    writeFileSync(at('roster.yaml'), `muster: v1\nroster: team\n${people}${edge}`);
  });
  afterAll(async () => {
    await muster.remove();
    await slack.close();
  }, 60_000);

  it('are not there where nothing configures them', async () => {
    const { code, err } = await muster.run('list');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/and a worker in the background/) });
    expect([await finding(), pid()]).toEqual([undefined, undefined]);
  }, 300_000);

  it('are started as soon as they are configured, and again when they are killed', async () => {
    configure();
    await until(() => slack.connections.length > 0);
    expect(await finding()).toEqual({ what: 'chatops', state: 'ok', found: `pid ${pid()}` });
    const first = pid()!;
    process.kill(first, 'SIGKILL');
    await until(() => ![undefined, first].includes(pid()));
    await until(() => slack.connections.length > 0);
  }, 120_000);

  it('are ended with the service, and started with it', async () => {
    expect((await muster.run('down')).out).toBe('Stopped: parent, temporal-server, worker, chatops.\n');
    expect(pid()).toBeUndefined();
    const { err } = await muster.run('list');
    expect(err).toContain('a worker, and chatops in the background');
    await until(() => slack.connections.length > 0);
  }, 120_000);

  it('are said to be broken, loudly, while server and worker go on; and mended, come back', async () => {
    const { server, worker } = { server: pid('temporal-server'), worker: pid('worker') };
    configure({ team: 'the wrong team' });
    process.kill(pid()!, 'SIGTERM');
    const broken = async () => {
      const { state, found = '' } = (await finding()) ?? {};
      return state === 'missing' && found.includes('"the wrong team" is not Slack');
    };
    await until(broken);
    expect(await broken()).toBe(true);
    const { code, err } = await muster.run('list');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('CHATOPS DOES NOT STAY UP') });
    expect([pid('temporal-server'), pid('worker')]).toEqual([server, worker]);
    configure();
    await until(() => slack.connections.length > 0);
    await until(async () => (await finding())?.state === 'ok');
  }, 120_000);

  it('are ended where their configuration is taken away', async () => {
    rmSync(at('chatops.yaml'));
    await until(() => pid() === undefined);
    expect(await finding()).toBeUndefined();
  }, 60_000);

  it('keep nothing from starting when they are broken from the beginning', async () => {
    await muster.run('down');
    configure({ botToken: 'file:nowhere' });
    expect(await muster.run('list')).toMatchObject({ code: 0, out: expect.any(String) });
    await until(async () => (await finding())?.state === 'missing');
    expect((await finding())?.found).toContain('botToken cannot be read');
  }, 120_000);
});
