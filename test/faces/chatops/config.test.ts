import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../faces/chatops/config.ts';

const http = {
  ...{
    mode: 'http',
    port: 8300,
    team: 'T0TEAM',
    app: 'A0APP',
    channel: 'C0CHANNEL',
    roster: '/etc/roster.yaml',
  },
  ...{ signingSecret: 'env:SECRET', botToken: 'env:BOT', key: '/etc/key' },
};
const env = { SECRET: 'shhh', BOT: 'xoxb-1', APP: 'xapp-1', EMPTY: '  ' };
const around = { env, directory: '/etc/muster' };
const read = (change: object) => readConfig(JSON.stringify({ ...http, ...change }), around);

describe('the configuration of the chat', () => {
  it('refers to its secrets, listens on loopback, and replies to Slack only', () => {
    expect(read({})).toEqual({
      ...http,
      ...{ signingSecret: 'shhh', botToken: 'xoxb-1', host: '127.0.0.1' },
      ...{ api: 'https://slack.com/api', replyHosts: ['hooks.slack.com'], start: {} },
    });
  });

  it('reads a secret from a file, and YAML', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'muster-config-')), 'secret');
    writeFileSync(file, 'of a file\n');
    const { signingSecret: _, port: __, ...rest } = http;
    const yaml = Object.entries({ ...rest, mode: 'socket', appToken: `file:${file}` })
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n');
    expect(readConfig(yaml, around)).toMatchObject({ mode: 'socket', appToken: 'of a file' });
  });

  it('finds its files from where it lies', () => {
    const found = { roster: '/etc/muster/roster.yaml', key: '/etc/muster/keys/chat', state: '/var/state' };
    const given = { roster: 'roster.yaml', key: 'keys/chat', state: '/var/state' };
    expect(read(given)).toMatchObject(found);
    expect(read({ start: { shop: { file: 'shop.yaml', to: 'standby' } } })).toMatchObject({
      start: { shop: { file: '/etc/muster/shop.yaml', to: 'standby' } },
    });
  });

  it.each([
    ['no signing secret', { signingSecret: undefined }, /signingSecret/],
    ['an empty one', { signingSecret: 'env:EMPTY' }, /signingSecret is empty/],
    ['one that is not set', { signingSecret: 'env:NOWHERE' }, /signingSecret is empty/],
    ['an empty file', { signingSecret: 'file:/dev/null' }, /signingSecret is empty/],
    ['a file that is not there', { signingSecret: 'file:/nowhere/secret' }, /signingSecret cannot be read/],
    ['the secret itself', { signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' }, /does not stand in here/],
    ['no token', { botToken: 'env:NOWHERE' }, /botToken is empty/],
    ['the name of a channel', { channel: '#recovery' }, /channel: "#recovery" is not Slack's id/],
    ['an unknown key', { signingsecret: 'env:SECRET' }, /signingsecret/],
    [
      'an API that is not encrypted',
      { api: 'http://slack.example/api' },
      /api: .*is not an address that begins with https/,
    ],
    ['a start without a runbook', { start: { shop: { to: 'standby' } } }, /start\.shop\.file/],
    ['no mode', { mode: undefined }, /mode/],
  ])('is refused with %s', (_, change, why) => {
    expect(() => read(change)).toThrow(why);
  });
});
