import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { publicKeyOf, publicLine, readPublicKey } from '../../people/public-key.ts';
import { verifies } from './verifies.ts';

const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDTadS3uu/0NZ5NkjnNsHxvJ6OVXR8WGx1vNtXNa+UwZ ada@laptop';

const rsa = `ssh-rsa ${Buffer.from('\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01').toString('base64')} old`;

describe('readPublicKey', () => {
  it('reads a line of OpenSSH and writes the same line', () => {
    const read = readPublicKey(`  ${line}\n`);
    if (!('key' in read)) throw new Error(read.problem);
    expect(read.key.ed25519).toBe('34da752deebbfd0d6793648e736c1f1bc9e8e55747c586c75bcdb5735af94c19');
    expect(read.key.id).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(publicLine(read.key, 'ada@laptop')).toBe(line);
    expect(publicLine(read.key, '')).toBe(line.replace(' ada@laptop', ''));
  });

  it.each([
    ['another kind of key', rsa, /of type ssh-rsa cannot sign/],
    ['a security key', 'sk-ssh-ed25519@openssh.com AAAA', /of type sk-ssh-ed25519@openssh.com/],
    ['another kind in the clothes of this one', rsa.replace('ssh-rsa', 'ssh-ed25519'), /of type ssh-rsa/],
    ['options before the key', `no-pty ${line}`, /no public key as OpenSSH/],
    ['a cut key', line.slice(0, 60), /cut off/],
    ['a key that goes on', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIQ==', /cut off/],
    ['letters that are no base64', line.replace('AAAAC3', 'AAA?C3'), /cut off, or is no base64/],
    ['a type alone', 'ssh-ed25519', /cut off/],
    ['nothing', '', /no public key/],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /must never leave its file/],
    ['a weak key', publicLine(publicKeyOf(Uint8Array.of(1, ...new Array<number>(31).fill(0))), ''), /weak/],
  ])('refuses %s', (_, text, problem) => {
    expect(readPublicKey(text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('refuses weak keys because signatures for them can be made up', () => {
    const weak = publicKeyOf(Uint8Array.of(1, ...new Array<number>(31).fill(0)));
    expect(verifies('whatever', `01${'00'.repeat(63)}`, weak)).toBe(true);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.uint8Array().map((bytes) => `ssh-ed25519 ${Buffer.from(bytes).toString('base64')}`),
        ),
        (text) => {
          const read = readPublicKey(text);
          expect('key' in read || read.problem.length > 0).toBe(true);
        },
      ),
    );
  });
});
