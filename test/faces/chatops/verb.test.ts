import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newKey } from '../../../people/new-key.ts';
import { publicLine } from '../../../people/public-key.ts';
import { MemoryRuns, type } from '../test-cli.ts';

const files = mkdtempSync(join(tmpdir(), 'muster-chatops-'));
const write = (name: string, text: string) => {
  writeFileSync(join(files, name), text);
  return join(files, name);
};
const config = (change: object = {}) =>
  write(
    'chatops.json',
    JSON.stringify({
      ...{ mode: 'http', port: 0, team: 'T0TEAM', app: 'A0APP', channel: 'C0CHANNEL', roster: 'roster.yaml' },
      ...{ signingSecret: 'file:secret', botToken: 'file:secret', key: 'chat', state: 'state', ...change },
    }),
  );

describe('muster chatops', () => {
  it('needs a configuration: the one that is named, or the one in the state directory', async () => {
    const missing = (file: string) => ({
      code: 2,
      err: expect.stringContaining(`${file} cannot be read: there is no such file`),
    });
    const nowhere = join(files, 'nowhere.yaml');
    expect(await type(['chatops', '--config', nowhere])).toMatchObject(missing(nowhere));
    const before = process.env['MUSTER_HOME'];
    process.env['MUSTER_HOME'] = files;
    try {
      expect(await type(['chatops'])).toMatchObject(missing(join(files, 'chatops.yaml')));
    } finally {
      if (before === undefined) delete process.env['MUSTER_HOME'];
      else process.env['MUSTER_HOME'] = before;
    }
  });

  it('does not start without a signing secret, or with an empty one', async () => {
    write('secret', 'shhh');
    write('empty', '\n');
    for (const signingSecret of [undefined, 'env:NOT_SET', 'file:empty']) {
      const { code, err, out } = await type(['chatops', '--config', config({ signingSecret })]);
      expect(code).toBe(2);
      expect(err + out).toContain('signingSecret');
    }
  });

  it('shows what is wrong in its configuration as it shows it of a runbook: where, what, and what to do', async () => {
    const file = write(
      'wrong.yaml',
      'mode: http\nport: 83000\nteam: T0TEAM\napp: A0APP\nchanel: C0CHANNEL\nbotToken: xoxb-1\nsigningSecret: env:S\nroster: r\nkey: k\n',
    );
    const { code, out, err } = await type(['chatops', '--config', file]);
    expect([code, err]).toEqual([2, expect.stringContaining(`The configuration ${file} has mistakes.`)]);
    for (const words of [
      `${file}:2:7  error MUSTER_CONFIG_VALUE  "83000" is not a port, a whole number from 0 to 65535.`,
      `${file}:5:1  error MUSTER_SCHEMA_UNKNOWN_KEY  The language has no key "chanel" here.`,
      '    hint: Did you mean "channel"?',
      `${file}:6:11  error MUSTER_CONFIG_VALUE  A secret does not stand in here: write env:NAME or file:PATH.`,
      '    6 | botToken: …',
      '    hint: Correct it; docs/chatops.md has a whole example.',
    ])
      expect(out).toContain(words);
    expect(out).not.toContain('xoxb-1');
    const mode = write('mode.yaml', 'mode: webhook\n');
    expect((await type(['chatops', '--config', mode])).out).toContain('Possible: http, socket.');
  });

  it('does not start where the roster does not let its key vouch in the chat', async () => {
    write('secret', 'shhh');
    const key = await newKey(join(files, 'chat'), 'chatops');
    const line = publicLine(key, 'chatops');
    const person = `people:\n  ann: { name: Ann, roles: [dba], slack: T0TEAM/UANN }\n`;
    const roster = (edges: string) => write('roster.yaml', `muster: v1\nroster: team\n${person}${edges}`);
    const runs = new MemoryRuns();
    const start = async (edges: string) => {
      roster(edges);
      const { code, err } = await type(['chatops', '--config', config()], runs);
      expect(code).toBe(4);
      return err;
    };
    const unknown = await start('');
    expect(unknown).toMatch(/roster team does not know the key of this edge, .*chat \(SHA256:\S+\)\./);
    expect(unknown).toContain(
      `under edges:\n    slack: { key: ${line.replace(/ \S+$/, ' slack')}, channels: [chat] }`,
    );
    const others = await start(`edges:\n  web: { key: ${line}, channels: [webhook] }\n`);
    expect(others).toContain('as that of the edge web for webhook, and not for chat.');
    expect(others).toContain('web: { …, channels: [webhook, chat] }');
  });
});
