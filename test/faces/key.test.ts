import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inDirectory, withAgent, withOpenSsh } from '../people/open-ssh.ts';
import { type } from './test-cli.ts';

describe('key', () => {
  it('makes a key in the usual place and shows its public half, never the private one', async () => {
    await inDirectory(async (directory) => {
      const env = { XDG_CONFIG_HOME: directory };
      const file = join(directory, 'muster', 'key');
      const made = await type(['key', 'new', '--comment', 'ada@laptop'], undefined, { env });
      expect(made.code).toBe(0);
      expect(made.out).toMatch(/^ssh-ed25519 AAAA\S{64} ada@laptop\nSHA256:\S{43} {2}/);
      expect(made.err).toContain(`The private half is in ${file}`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const shown = await type(['key', 'show'], undefined, { env });
      expect(shown).toEqual({ code: 0, out: made.out, err: '' });
      const secret = readFileSync(file, 'utf8').split('\n')[3]!;
      expect(made.out + made.err + shown.out).not.toContain(secret);
    });
  });

  it('gives the same as data', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      const { out } = await type(['key', 'new', file, '--output', 'json']);
      const { key } = JSON.parse(out) as { key: { from: string; line: string; fingerprint: string } };
      expect(key.from).toBe(file);
      expect(key.fingerprint).toMatch(/^SHA256:/);
      expect(key.line).toMatch(/ bob@\S+$/);
      for (const [shown, from] of [
        [file, file],
        [`${file}.pub`, `${file}.pub`],
      ] as const) {
        const data = await type(['key', 'show', shown, '--output', 'jsonl']);
        expect(JSON.parse(data.out)).toEqual({ format: 1, keys: [{ ...key, from }] });
      }
    });
  });

  it('never overwrites a key', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      await type(['key', 'new', file]);
      const before = readFileSync(file, 'utf8');
      const again = await type(['key', 'new', file]);
      expect(again.code).toBe(4);
      expect(again.err).toContain('is there already; a key is never overwritten.');
      expect(readFileSync(file, 'utf8')).toBe(before);
    });
  });

  it('says in words that there is none, or none that can be used', async () => {
    await inDirectory(async (directory) => {
      const none = await type(['key', 'show'], undefined, { env: { XDG_CONFIG_HOME: directory } });
      expect(none.code).toBe(2);
      expect(none.err).toContain('There is no key: no file');
      const file = join(directory, 'open');
      writeFileSync(file, 'x', { mode: 0o644 });
      const open = await type(['key', 'show', file]);
      expect(open.code).toBe(4);
      expect(open.err).toContain(`chmod 600 ${file}`);
      writeFileSync(`${file}.pub`, 'ssh-rsa AAAA');
      expect((await type(['key', 'show', `${file}.pub`])).err).toContain('of type ssh-rsa cannot sign');
    });
  });

  it('shows the key of a file although the agent does not answer', async () => {
    await inDirectory(async (directory) => {
      const env = { MUSTER_KEY: join(directory, 'key'), SSH_AUTH_SOCK: join(directory, 'gone') };
      const { out } = await type(['key', 'new', env.MUSTER_KEY]);
      const shown = await type(['key', 'show'], undefined, { env });
      expect(shown).toMatchObject({ code: 0, out });
      expect(shown.err).toContain('gone does not answer');
    });
  });
});

withOpenSsh('key with an SSH agent', () => {
  it('shows the keys that the agent holds', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'held');
      const { out } = await type(['key', 'new', file, '--comment', 'held']);
      await withAgent(directory, [file], async (socket) => {
        const env = { XDG_CONFIG_HOME: directory, SSH_AUTH_SOCK: socket };
        const shown = await type(['key', 'show'], undefined, { env });
        expect(shown.out).toBe(out.replace(file, 'the SSH agent'));
      });
    });
  });
});

describe('schema', () => {
  it.each([
    [[], 'Muster runbook'],
    [['runbook'], 'Muster runbook'],
    [['roster'], 'Muster roster'],
  ])('%j prints that of the %s', async (what, title) => {
    const { out } = await type(['schema', ...what]);
    expect(JSON.parse(out)).toMatchObject({ title });
  });
});
