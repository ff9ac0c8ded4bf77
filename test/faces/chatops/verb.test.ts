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
      const { code, err } = await type(['chatops', '--config', config({ signingSecret })]);
      expect(code).toBe(2);
      expect(err).toContain('signingSecret');
    }
  });

  it('does not start where the roster does not let its key vouch in the chat', async () => {
    write('secret', 'shhh');
    const key = await newKey(join(files, 'chat'), 'chatops');
    const line = publicLine(key, 'chatops');
    const person = `people:\n  ann: { name: Ann, roles: [dba], slack: T0TEAM/UANN }\n`;
    const roster = (edges: string) => write('roster.yaml', `muster: v1\nroster: team\n${person}${edges}`);
    const runs = new MemoryRuns();
    for (const edges of ['', `edges:\n  web: { key: ${line}, channels: [webhook] }\n`]) {
      roster(edges);
      const { code, err } = await type(['chatops', '--config', config()], runs);
      expect(code).toBe(4);
      expect(err).toContain('is no edge of the roster team for the channel chat');
    }
  });
});
