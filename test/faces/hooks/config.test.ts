import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../faces/hooks/config.ts';
import { secretOf } from './served.ts';

const env = {
  BRIDGE: `whsec_${secretOf('bridge')}`,
  TOKEN: 'x'.repeat(32),
  MONITOR: secretOf('monitor'),
  EMPTY: '  ',
  SHORT: Buffer.from('short').toString('base64'),
  SHORT_TOKEN: 'x'.repeat(31),
  WORDS: 'not base64 at all, but rather long',
};
const directory = mkdtempSync(join(tmpdir(), 'muster-hooks-config-'));
const file = (name: string, text: string, mode: number) => {
  writeFileSync(join(directory, name), text);
  chmodSync(join(directory, name), mode);
  return `file:${name}`;
};

const sender = { secret: 'env:BRIDGE', authenticates: ['openid'] };
const trigger = { token: 'env:TOKEN', runbook: 'shop.yaml', match: { alertname: 'ShopDown' } };
const whole = {
  ...{ port: 8400, roster: 'roster.yaml', key: 'keys/hooks' },
  senders: { bridge: sender },
  triggers: { 'shop-down': trigger },
};
const read = (change: object) => readConfig(JSON.stringify({ ...whole, ...change }), { env, directory });
const withSender = (change: object) => ({ senders: { bridge: { ...sender, ...change } } });
const withTrigger = (change: object) => ({ triggers: { 'shop-down': { ...trigger, ...change } } });

describe('the configuration of the webhooks', () => {
  it('listens on loopback, finds its files from where it lies, and reads its secrets', () => {
    expect(read({})).toEqual({
      ...{ host: '127.0.0.1', port: 8400 },
      ...{ roster: join(directory, 'roster.yaml'), key: join(directory, 'keys/hooks') },
      senders: { bridge: { secret: secretOf('bridge'), authenticates: ['openid'] } },
      triggers: {
        'shop-down': {
          ...{ token: env.TOKEN, runbook: join(directory, 'shop.yaml'), match: trigger.match },
          ...{ parameters: {}, quiet: 3_600_000 },
        },
      },
    });
  });

  it('reads a secret from a file that only its owner can read', () => {
    const secret = file('secret', `${env.BRIDGE}\n`, 0o600);
    expect(read(withSender({ secret })).senders['bridge']!.secret).toBe(secretOf('bridge'));
    const open = file('open', env.BRIDGE, 0o640);
    expect(() => read(withSender({ secret: open }))).toThrow(/others than you can read .*chmod 600/);
  });

  it.each([
    ['no secret', withSender({ secret: undefined }), /senders\.bridge\.secret/],
    ['one that is not set', withSender({ secret: 'env:NOWHERE' }), /senders\.bridge\.secret is empty/],
    ['an empty one', withSender({ secret: 'env:EMPTY' }), /senders\.bridge\.secret is empty/],
    ['a short one', withSender({ secret: 'env:SHORT' }), /too short: 5 bytes/],
    ['one that is no base64', withSender({ secret: 'env:WORDS' }), /is no base64/],
    ['the secret itself', withSender({ secret: env.BRIDGE }), /does not stand in here/],
    ['a file that is not there', withSender({ secret: 'file:nowhere' }), /secret cannot be read/],
    ['an empty file', withSender({ secret: file('empty', '\n', 0o600) }), /secret is empty/],
    ['a sender that knows nobody', withSender({ authenticates: [] }), /authenticates/],
    ['an identity that is none', withSender({ authenticates: ['display name'] }), /authenticates/],
    ['neither secret nor token', withTrigger({ token: undefined }), /needs a secret .* or a token/],
    ['both', withTrigger({ secret: 'env:MONITOR' }), /one of them/],
    ['a short token', withTrigger({ token: 'env:SHORT_TOKEN' }), /32 characters at least/],
    ['an empty token', withTrigger({ token: 'env:EMPTY' }), /token is empty/],
    ['no matchers', withTrigger({ match: {} }), /match: "match" needs at least one label/],
    [
      'a quiet time that is none',
      withTrigger({ quiet: 'long' }),
      /triggers\.shop-down\.quiet: "long" is not a duration\. Write 90s/,
    ],
    [
      'a sender’s secret for an alarm',
      withTrigger({ token: undefined, secret: 'env:BRIDGE' }),
      /same secret/,
    ],
    ['a sender’s secret as a token', withTrigger({ token: 'env:BRIDGE' }), /same secret/],
    ['an unknown key', { sender: {} }, /sender/],
    ['nobody who could send', { senders: {}, triggers: {} }, /neither a sender nor a trigger/],
    ['no roster', { roster: undefined }, /roster/],
  ])('is refused with %s', (_, change, why) => {
    expect(() => read(change)).toThrow(why);
  });
});
