import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newKey } from '../../../people/new-key.ts';
import { publicLine } from '../../../people/public-key.ts';
import { MemoryRuns, type } from '../test-cli.ts';
import { token } from './served.ts';

const book = (declare: string) => `muster: v1
name: shop
title: Restore the shop
owner: team-shop
${declare}
parameters: { incident: { type: string, pattern: 'INC-[0-9]+', description: Number } }
sites: { here: { vars: { place: /tmp/here } }, there: { vars: { place: /tmp/there } } }
systems:
  notes:
    prepare: [{ step: look, use: command, with: { argv: [ls] } }]
    fence: { none: nobody writes }
    recover: [{ step: copy, use: command, with: { argv: [cp, a, b] } }]
    verify: [{ step: there, use: command, with: { argv: [ls] }, expect: { exit: 0 } }]
`;

async function files(channels: string) {
  const directory = mkdtempSync(join(tmpdir(), 'muster-hooks-verb-'));
  const write = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), mode);
    return join(directory, name);
  };
  const key = publicLine(await newKey(join(directory, 'key'), 'hooks'), 'hooks');
  const people = 'people:\n  ann: { name: Ann, roles: [dba] }\n';
  write(
    'roster.yaml',
    `muster: v1\nroster: team\n${people}edges:\n  web: { key: ${key}, channels: [${channels}] }\n`,
  );
  write('token', token);
  mkdirSync(join(directory, 'state'));
  const config = (change: object = {}) => {
    const shopDown = {
      ...{ token: 'file:token', runbook: 'shop.yaml', from: 'here', to: 'there', match: { alertname: 'x' } },
      parameters: { incident: { label: 'incident', default: 'INC-0' } },
      ...change,
    };
    const whole = { port: 0, roster: 'roster.yaml', key: 'key', state: 'state' };
    return write('hooks.json', JSON.stringify({ ...whole, triggers: { 'shop-down': shopDown } }));
  };
  return { write, config };
}

const start = (config: string) => type(['hooks', '--config', config], new MemoryRuns());

describe('muster hooks', () => {
  it('needs a configuration', async () => {
    const missing = expect.stringContaining('/nowhere/hooks.yaml cannot be read: there is no such file');
    expect(await start('/nowhere/hooks.yaml')).toMatchObject({ code: 2, err: missing });
  });

  it('does not start where the roster does not let its key vouch over webhooks', async () => {
    const { write, config } = await files('chat');
    write('shop.yaml', book('declare: { by: [{ role: dba }] }'));
    const { code, err } = await start(config());
    expect(code).toBe(4);
    expect(err).toMatch(/knows the key of this edge, .*key \(SHA256:\S+\), as that of the edge web for chat/);
    expect(err).toMatch(/In .*roster\.yaml, under edges:\n +web: \{ …, channels: \[chat, webhook\] \}/);
  });

  it('does not start with a trigger that could not propose, and says why', async () => {
    const { write, config } = await files('webhook');
    write('shop.yaml', book(''));
    expect(await start(config())).toMatchObject({ code: 2, err: expect.stringContaining('no `declare:`') });
    write('shop.yaml', book('declare: { by: [{ role: starter }] }'));
    expect((await start(config())).err).toContain('asks for the starter');
    write('shop.yaml', book('declare: { by: [{ role: dba }] }'));
    expect((await start(config({ parameters: {} }))).err).toContain('incident');
    expect((await start(config({ to: 'nowhere' }))).err).toContain('nowhere');
    const unknown = config({ parameters: { incident: 'INC-1', incidnt: 'INC-1' } });
    expect((await start(unknown)).err).toContain('incidnt');
    write('token', token.slice(0, 31));
    expect((await start(config())).err).toContain('32 characters at least');
  });
});
