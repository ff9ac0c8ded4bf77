import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Signed, slackVerifier } from '../../../faces/chatops/slack/verify.ts';

/** The worked example of Slack's page on verifying requests. */
const documented = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  body: Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
      '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  ),
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};
const then = Number(documented.timestamp) * 1_000;

const secret = 'a secret of this test';
const sign = (timestamp: string, body: Buffer, key = secret): Signed => ({
  timestamp,
  body,
  signature: `v0=${createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`v0:${timestamp}:`), body]))
    .digest('hex')}`,
});
const seconds = (at: number) => String(Math.floor(at / 1_000));
const body = Buffer.from('command=%2Fmuster&text=list');

describe('the signature of a request', () => {
  it('is right for the example that Slack documents', () => {
    expect(slackVerifier(documented.secret, () => then)(documented)).toBeUndefined();
  });

  it.each([undefined, '', '   '])('cannot be checked with the secret %j', (none) => {
    expect(() => slackVerifier(none)).toThrow('no signing secret');
  });

  it.each([
    [-301, 'skewed'],
    [-300, undefined],
    [0, undefined],
    [300, undefined],
    [301, 'skewed'],
  ] as const)('made %d s from now is %s', (skew, wrong) => {
    const verify = slackVerifier(secret, () => then);
    expect(verify(sign(seconds(then + skew * 1_000), body))).toBe(wrong);
  });

  it('counts once, also when the same request was forged in between', () => {
    const verify = slackVerifier(secret, () => then);
    const request = sign(seconds(then), body);
    expect(verify({ ...request, body: Buffer.from('text=other') })).toBe('forged');
    expect(verify(request)).toBeUndefined();
    expect(verify(request)).toBe('replayed');
    expect(verify({ ...request, signature: request.signature!.toUpperCase() })).toBe('unsigned');
  });

  it('is remembered for as long as it would be taken', () => {
    let now = then;
    const verify = slackVerifier(secret, () => now);
    const request = sign(seconds(then + 300_000), body);
    expect(verify(request)).toBeUndefined();
    for (now = then; now <= then + 600_000; now += 50_000) expect(verify(request)).toBe('replayed');
    now = then + 601_000;
    expect(verify(request)).toBe('skewed');
  });

  it.each<[string, Partial<Signed>]>([
    ['no timestamp', { timestamp: undefined }],
    ['no signature', { signature: undefined }],
    ['a time that is none', { timestamp: '1e9' }],
    ['a time with a sign', { timestamp: `+${seconds(then)}` }],
    ['a negative time', { timestamp: `-${seconds(then)}` }],
    ['an infinite time', { timestamp: 'Infinity' }],
    ['an empty signature', { signature: '' }],
    ['a short one', { signature: 'v0=00' }],
    ['another version', { signature: sign(seconds(then), body).signature!.replace('v0', 'v1') }],
  ])('is refused with %s', (_, change) => {
    const verify = slackVerifier(secret, () => then);
    expect(verify({ ...sign(seconds(then), body), ...change })).toBe('unsigned');
  });

  it('is refused when any bit of body, time or signature is another, or the key', () => {
    const verify = slackVerifier(secret, () => then);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: -299, max: 299 }),
        (bytes, place, bit, skew) => {
          const request = sign(seconds(then + skew * 1_000), Buffer.from(bytes));
          const flip = (of: Buffer) => {
            const flipped = Buffer.from(of);
            flipped[place % of.length]! ^= 1 << bit;
            return flipped;
          };
          const digest = flip(Buffer.from(request.signature!.slice(3), 'hex')).toString('hex');
          const later = String(Number(request.timestamp) + (skew < 0 ? 1 : -1));
          for (const forged of [
            { ...request, body: flip(request.body) },
            { ...request, body: Buffer.concat([request.body, Buffer.from('&')]) },
            { ...request, signature: `v0=${digest}` },
            { ...request, timestamp: later },
            sign(request.timestamp!, request.body, `${secret} `),
          ])
            expect(verify(forged)).toBe('forged');
        },
      ),
      { numRuns: 500 },
    );
  });
});
