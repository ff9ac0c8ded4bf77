import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { newKey } from '../../people/new-key.ts';
import { publicLine } from '../../people/public-key.ts';
import { secretOf, signed } from '../faces/hooks/served.ts';
import { Muster } from './muster.ts';

const token = 't'.repeat(40);

/** An alarm at night, the real programs, a worker that trusts one keeper's rosters only, and people who declare. */
describe('an alarm', () => {
  const muster = new Muster();
  const at = (name: string) => join(muster.home, name);
  let hooks: ChildProcess | undefined;
  let url = '';

  const start = async () => {
    const [command = '', ...rest] = muster.argv('hooks', '--config', at('alarms.yaml'));
    hooks = spawn(command, rest, { env: muster.environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    hooks.stderr!.on('data', (text) => (said += String(text)));
    for (const late = Date.now() + 300_000; Date.now() < late && hooks.exitCode === null; await sleep(20)) {
      const found = /alarms for shop-down: (http:\S+)\/v1\//.exec(said)?.[1];
      if (found !== undefined) return void (url = found);
    }
    throw new Error(`muster hooks did not start: ${said}`);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!hooks || hooks.exitCode !== null || hooks.signalCode !== null) return;
    const ended = once(hooks, 'exit');
    hooks.kill(signal);
    await ended;
  };
  const post = async (path: string, body: string, headers: Record<string, string>) => {
    const type = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/${path}`, {
      method: 'POST',
      body,
      headers: { ...type, ...headers },
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const alarm = () => {
    const labels = { alertname: 'ShopDown', incident: 'INC-7' };
    const one = { status: 'firing', startsAt: '2026-01-01T03:04:00Z', fingerprint: '1', labels };
    const body = JSON.stringify({ version: '4', groupKey: 'g', status: 'firing', alerts: [one] });
    return post('triggers/shop-down', body, { authorization: `Bearer ${token}` });
  };
  const say = (view: RunView, choice: string, id: string) => {
    const { try: ask, rests } = view.asks.find(({ about }) => about.node === 'declaration')!;
    const decision = { person: { name: 'ann' }, run: view.run, ask, rests, choice, reason: 'seen' };
    const body = JSON.stringify(decision);
    return post('decisions', body, signed(body, { secret: secretOf('bridge'), id }));
  };
  const until = async (run: string, wanted: (view: RunView) => boolean): Promise<RunView> => {
    for (const late = Date.now() + 60_000; Date.now() < late; await sleep(200)) {
      const view = JSON.parse((await muster.run('status', run, '--output', 'json')).out) as RunView;
      if (wanted(view)) return view;
    }
    throw new Error('it did not come to that');
  };
  const done = () => ['prepared', 'fenced', 'recovered'].filter((name) => existsSync(at(`data/${name}`)));

  beforeAll(async () => {
    const line = async (name: string) => `'${publicLine(await newKey(at(name), name), name)}'`;
    const [ann, edge, keeper] = [await line('ann'), await line('edge'), await line('keeper')];
    const write = (name: string, text: string) => writeFileSync(at(name), text, { mode: 0o600 });
    mkdirSync(at('data'));
    write('roster-keys', `${keeper.slice(1, -1)}\n`);
    write(
      'roster.yaml',
      `muster: v1\nroster: team\npeople:\n  ann: { roles: [dba], keys: [${ann}] }\n  bob: {}\nedges:\n  web: { key: ${edge}, channels: [webhook] }\n`,
    );
    const touch = (name: string) => `use: command, with: { argv: [touch, '{{target.vars.data}}/${name}'] }`;
    write(
      'shop.yaml',
      `muster: v1
name: shop
title: Restore the shop
owner: team
declare: { by: [{ role: dba }], not: [starter] }
parameters: { incident: { type: string, pattern: 'INC-[0-9]+', description: Number of the incident } }
sites: { here: { vars: { data: '${at('data')}' } }, there: { vars: { data: '${at('data')}' } } }
systems:
  notes:
    prepare: [{ step: look, ${touch('prepared')} }]
    fence: [{ step: stop, ${touch('fenced').replace('target', 'source')} }]
    recover: [{ step: copy, ${touch('recovered')} }]
    verify: [{ step: there, use: command, with: { argv: [ls, '{{target.vars.data}}/recovered'] }, expect: { exit: 0 } }]
`,
    );
    write('bridge.secret', `whsec_${secretOf('bridge')}`);
    write('alarm.token', token);
    const shopDown = { token: 'file:alarm.token', runbook: 'shop.yaml', from: 'here', to: 'there' };
    const parameters = { incident: { label: 'incident', default: 'INC-0' } };
    const config = {
      ...{ port: 0, roster: 'roster.yaml', key: 'edge', state: 'hooks' },
      senders: { bridge: { secret: 'file:bridge.secret', authenticates: ['name'] } },
      triggers: { 'shop-down': { ...shopDown, parameters, match: { alertname: 'ShopDown' } } },
    };
    write('alarms.yaml', JSON.stringify(config));
    await muster.run('roster', 'sign', at('roster.yaml'), '--key', at('keeper'));
    await start();
  }, 600_000);
  afterAll(async () => {
    await end('SIGKILL');
    await muster.remove();
  }, 60_000);

  it('proposes: what reads is done, and nothing else, whoever is killed; people reject it', async () => {
    const said = await alarm();
    expect(said).toMatchObject({ did: 'started' });
    const run = String(said['run']);
    const view = await until(run, ({ asks }) => asks.length > 0 && done().length > 0);
    expect([view.startedBy, view.parameters]).toEqual(['trigger:shop-down', { incident: 'INC-7' }]);
    await end('SIGKILL');
    await start();
    expect(await alarm()).toMatchObject({ did: 'quiet', run });
    expect(await say(view, 'reject', 'msg_reject')).toMatchObject({ verdict: 'counted' });
    const shut = await until(run, ({ nodes }) => nodes.some(({ status }) => status === 'shut'));
    expect([done(), shut.status]).toEqual([['prepared'], 'running']);
  }, 180_000);

  it('is declared by a person at last, who commands from then on', async () => {
    const retry = [
      'retry',
      'declaration',
      'shop',
      '--reason',
      'it is one',
      '--as',
      'ann',
      '--key',
      at('ann'),
    ];
    expect(await muster.run(...retry)).toMatchObject({ code: 0 });
    const view = await until('shop', ({ asks }) => asks.length > 0);
    expect(await say(view, 'approve', 'msg_yes')).toMatchObject({ verdict: 'counted' });
    const ended = await until(view.run, ({ status }) => status === 'recovered');
    expect([done(), ended.commander]).toEqual([['prepared', 'fenced', 'recovered'], 'ann']);
    expect(await say(view, 'approve', 'msg_yes')).toMatchObject({ verdict: 'counted' });
  }, 180_000);

  it('stands in a journal that can be verified', async () => {
    await end('SIGINT');
    const { code, out } = await muster.run(
      'journal',
      'verify',
      at('hooks/journal.jsonl'),
      '--output',
      'json',
    );
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ valid: true, torn: 0 })]);
  }, 60_000);
});
