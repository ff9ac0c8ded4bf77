import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { publicKeyOf, publicLine } from '../../people/public-key.ts';
import { MemoryRuns, type } from './test-cli.ts';

const runbook = `muster: v1
name: tiny
title: Restore the tiny thing
owner: team-tiny
sites: { here: { vars: {} }, there: { vars: {} } }
systems:
  thing:
    fence: { none: nothing writes to it }
    recover: [{ step: start, use: noop }]
`;

const roster = `muster: v1
roster: tiny
people:
  ada: { roles: [operator], keys: ['${publicLine(publicKeyOf(Buffer.alloc(32, 7)), '')}'] }
`;

describe('a roster that is signed', () => {
  let directory = '';
  const at = (name: string) => join(directory, name);
  const sign = (key: string) =>
    type(['roster', 'sign', at('roster.yaml')], undefined, { env: { MUSTER_KEY: at(key) } });
  const check = async () => (await type(['roster', 'check', at('roster.yaml')])).out.split('\n')[0];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'muster-signed-'));
    writeFileSync(at('roster.yaml'), roster);
    writeFileSync(at('tiny.yaml'), runbook);
    for (const name of ['keeper', 'own']) await type(['key', 'new', at(name)]);
    await sign('keeper');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('says by whom, and whether it has changed since', async () => {
    expect(await check()).toMatch(/roster\.yaml: valid; signed by SHA256:\S+$/);
    appendFileSync(at('roster.yaml'), 'edges: {}\n');
    expect(await check()).toMatch(/roster\.yaml: valid; signed by/); // the same people
    writeFileSync(at('roster.yaml'), roster.replace('operator', 'manager'));
    expect(await check()).toMatch(/roster\.yaml: valid; CHANGED SINCE SHA256:\S+ SIGNED IT$/);
  });

  it('starts nothing once it has changed, and says what to do', async () => {
    writeFileSync(at('roster.yaml'), roster.replace('operator', 'manager'));
    const runs = new MemoryRuns();
    const argv = ['recover', at('tiny.yaml'), '--roster', at('roster.yaml'), '--confirm', 'tiny'];
    const { code, err } = await type(
      [...argv, '--reason', 'fire', '--from', 'here', '--to', 'there', '--no-input'],
      runs,
    );
    expect(code).toBe(2);
    expect(err).toContain('has changed since SHA256:');
    expect(err).toContain('muster roster sign');
    expect(runs.started).toEqual([]);
  });

  it('keeps the signature of another key than the one that lies ready', async () => {
    const before = readFileSync(at('roster.yaml.sig'), 'utf8');
    const env = { XDG_CONFIG_HOME: directory };
    await type(['key', 'new'], undefined, { env });
    const lying = await type(['roster', 'sign', at('roster.yaml')], undefined, { env });
    expect(lying.code).toBe(2);
    expect(lying.err).toMatch(/was signed by SHA256:\S+; your own key is SHA256:/);
    expect(readFileSync(at('roster.yaml.sig'), 'utf8')).toBe(before);
    expect((await sign('own')).code).toBe(0);
  });
});
