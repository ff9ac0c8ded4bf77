import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signedText } from '../../core/roster.ts';
import { KeyFailure } from '../../people/failure.ts';
import { newKey } from '../../people/new-key.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { readPublicKey } from '../../people/public-key.ts';
import { fileSigner } from '../../people/signer.ts';
import { inDirectory, run, withOpenSsh } from './open-ssh.ts';
import { verifies } from './verifies.ts';

const decision = '{"by":"ada","choice":"approve"}';

/** The failure of reading a file with this text. */
const refusal = (text: string, mode = 0o600): Promise<KeyFailure> =>
  inDirectory(async (directory) => {
    const file = join(directory, 'key');
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    const failure: unknown = await readPrivateKey(file).then(undefined, (error: unknown) => error);
    expect(failure).toBeInstanceOf(KeyFailure);
    return failure as KeyFailure;
  });

describe('a key', () => {
  it('is made for its owner alone, and signs decisions that its public line verifies', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'muster', 'key');
      const made = await newKey(file, 'ada@laptop');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const line = readPublicKey(readFileSync(`${file}.pub`, 'utf8'));
      expect(line).toEqual({ key: made });
      const read = await readPrivateKey(file);
      expect(read).toMatchObject({ publicKey: made, comment: 'ada@laptop' });
      const signer = fileSigner(read);
      expect(signer.keyId).toBe(made.id);
      const signature = await signer.sign(decision);
      expect(signature).toMatch(/^[0-9a-f]{128}$/);
      expect(verifies(signedText(decision), signature, made)).toBe(true);
      expect(verifies(decision, signature, made)).toBe(false);
    });
  });

  it('never overwrites another, nor the public half of another', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      await newKey(file, '');
      const before = readFileSync(file, 'utf8');
      await expect(newKey(file, '')).rejects.toThrow(/key is there already/);
      expect(readFileSync(file, 'utf8')).toBe(before);
      writeFileSync(join(directory, 'other.pub'), 'of an agent');
      await expect(newKey(join(directory, 'other'), '')).rejects.toThrow(/other\.pub is there already/);
      expect(existsSync(join(directory, 'other'))).toBe(false);
    });
  });

  it('is read from PKCS#8, too', async () => {
    await inDirectory(async (directory) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const file = join(directory, 'key.pem');
      writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
      const read = await readPrivateKey(file);
      const signature = await fileSigner(read).sign(decision);
      expect(verifies(signedText(decision), signature, read.publicKey)).toBe(true);
    });
  });
});

describe('a file that cannot be used as a key', () => {
  it.each([0o640, 0o604, 0o644, 0o620])('is one that others can reach (mode %o)', async (mode) => {
    const { message, hint } = await refusal('anything', mode);
    expect(message).toContain('Others than you can read');
    expect(hint).toContain('chmod 600');
  });

  it('is the public half, which everybody may read', async () => {
    const { message, hint } = await refusal('ssh-ed25519 AAAA ann', 0o644);
    expect(message).toContain('is a public key');
    expect(hint).toContain('no .pub at its end');
  });

  it('is one that is not there', async () => {
    await expect(readPrivateKey('/nowhere/key')).rejects.toThrow('There is no key in /nowhere/key.');
  });

  it('is another kind of key, a public one, or no key at all', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = rsa.export({ format: 'pem', type: 'pkcs8' }) as string;
    expect((await refusal(pem)).message).toContain('it is of type rsa, and must be Ed25519');
    expect((await refusal('ssh-ed25519 AAAA')).message).toContain('is a public key');
    expect((await refusal('hello')).message).toContain('neither an OpenSSH private key nor PKCS#8');
    expect((await refusal('x'.repeat(70_000))).message).toContain('too large');
  });

  it('is a damaged one', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      await newKey(file, '');
      const whole = readFileSync(file, 'utf8');
      const bytes = Buffer.from(whole.split('\n').slice(1, -2).join(''), 'base64');
      const [begin, end] = whole.split('\n').filter((one) => one.startsWith('---'));
      const { publicKey } = await readPrivateKey(file);
      expect((await refusal(whole.split('\n').toSpliced(2, 1).join('\n'))).message).toContain(
        'it is damaged',
      );
      // One bit of each byte: it is noticed, or (in the comment, in the padding) makes no difference.
      for (const at of bytes.keys()) {
        const bent = Buffer.from(bytes);
        bent[at] = bent[at]! ^ 1;
        writeFileSync(file, [begin, bent.toString('base64'), end, ''].join('\n'));
        const found = await readPrivateKey(file).then(
          (read) => read.publicKey.id,
          (error: unknown) => (error instanceof KeyFailure ? publicKey.id : error),
        );
        expect(found).toBe(publicKey.id);
      }
    });
  });

  it('is an encrypted PKCS#8', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const secret = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    const { message, hint } = await refusal(privateKey.export(secret) as string);
    expect(message).toContain('has a passphrase');
    expect(hint).toContain('ssh-add');
  });
});

withOpenSsh('with ssh-keygen', () => {
  it('a new key is one for ssh-keygen: same public line, same fingerprint', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      // 0 to 8 letters of comment need every length of padding.
      for (const length of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
        const one = `${file}${length}`;
        const comment = 'x'.repeat(length);
        const { id } = await newKey(one, comment);
        expect(run('ssh-keygen', ['-y', '-f', one])).toBe(readFileSync(`${one}.pub`, 'utf8'));
        expect(run('ssh-keygen', ['-l', '-f', one]).split(' ')[1]).toBe(id);
      }
    });
  });

  it('reads what ssh-keygen makes', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a comment', '-f', file]);
      const read = await readPrivateKey(file);
      expect(read.comment).toBe('a comment');
      expect(run('ssh-keygen', ['-l', '-f', file]).split(' ')[1]).toBe(read.publicKey.id);
      const signature = await fileSigner(read).sign(decision);
      expect(verifies(signedText(decision), signature, read.publicKey)).toBe(true);
    });
  });

  it('says of a key with a passphrase that the agent is the way, and of another kind what it is', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-a', '1', '-f', file]);
      await expect(readPrivateKey(file)).rejects.toThrow('has a passphrase');
      const other = join(directory, 'other');
      run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', other]);
      await expect(readPrivateKey(other)).rejects.toThrow('it is of type ecdsa-sha2-nistp256');
    });
  });
});
