import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { PublicKey } from '../core/roster.ts';
import { KeyFailure } from './failure.ts';
import { decodeOpenSshKey, isOpenSshKey } from './open-ssh-private-key.ts';
import { publicKeyOf } from './public-key.ts';

export interface PrivateKey {
  readonly secret: KeyObject;
  readonly publicKey: PublicKey;
  readonly comment: string;
}

/**
 * Reads an Ed25519 private key from a file in OpenSSH's format or in PKCS#8 PEM, both without a passphrase.
 * @throws KeyFailure where it cannot be read or used, or where others than its owner can read it.
 */
export async function readPrivateKey(file: string): Promise<PrivateKey> {
  const text = await readSecret(file);
  if (isOpenSshKey(text)) return fromOpenSsh(text, file);
  if (text.includes('BEGIN ENCRYPTED PRIVATE KEY')) throw encrypted(file);
  if (text.includes('BEGIN PRIVATE KEY')) return fromPem(text, file);
  if (isPublic(text)) {
    throw new KeyFailure(`${file} is a public key; only the private one can sign.`, {
      hint: 'Name the file beside it that has no .pub at its end.',
    });
  }
  throw unusable(file, 'it is neither an OpenSSH private key nor PKCS#8 PEM');
}

/** More than any key has: what is larger is another file. */
const largest = 64 * 1024;

/** Looks at the file that was opened, so that no other can be put in its place between look and read. */
async function readSecret(file: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { mode, size } = await handle.stat();
    if (size > largest) throw unusable(file, 'it is too large for a key');
    const text = await handle.readFile('utf8');
    // Everybody may read a public key: its mode is not what is wrong with it.
    if ((mode & 0o077) !== 0 && !isPublic(text)) {
      throw new KeyFailure(`Others than you can read ${file} (its mode is ${octal(mode)}).`, {
        hint: `chmod 600 ${file}, and make a new key if somebody may have read it.`,
      });
    }
    return text;
  } catch (cause) {
    if (cause instanceof KeyFailure) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new KeyFailure(`${file} cannot be read: ${message}.`, { cause });
    throw new KeyFailure(`There is no key in ${file}.`, { hint: 'muster key new makes one.', cause });
  } finally {
    await handle?.close();
  }
}

const isPublic = (text: string): boolean => /^(ssh|ecdsa|sk)-/.test(text);

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

function fromOpenSsh(text: string, file: string): PrivateKey {
  const found = decoded(text, file);
  if (found === 'encrypted') throw encrypted(file);
  if ('type' in found) throw unusable(file, `it is of type ${found.type}, and must be Ed25519`);
  const [d, x] = [found.seed, found.raw].map((bytes) => Buffer.from(bytes).toString('base64url'));
  const secret = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d: d!, x: x! } });
  const publicKey = publicHalf(secret);
  if (publicKey.id !== publicKeyOf(found.raw).id) throw unusable(file, 'its halves differ');
  return { secret, publicKey, comment: found.comment };
}

function decoded(text: string, file: string): ReturnType<typeof decodeOpenSshKey> {
  try {
    return decodeOpenSshKey(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw unusable(file, `it is damaged (${cause.message})`, cause);
  }
}

function fromPem(text: string, file: string): PrivateKey {
  let secret: KeyObject;
  try {
    secret = createPrivateKey(text);
  } catch (cause) {
    throw unusable(file, `it is damaged (${(cause as Error).message})`, cause);
  }
  if (secret.asymmetricKeyType === 'ed25519') return { secret, publicKey: publicHalf(secret), comment: '' };
  throw unusable(file, `it is of type ${secret.asymmetricKeyType}, and must be Ed25519`);
}

const publicHalf = (secret: KeyObject): PublicKey =>
  publicKeyOf(Buffer.from(createPublicKey(secret).export({ format: 'jwk' }).x!, 'base64url'));

const unusable = (file: string, why: string, cause?: unknown): KeyFailure =>
  new KeyFailure(`The key in ${file} cannot be used: ${why}.`, {
    hint: 'muster key new makes one that can.',
    cause,
  });

const encrypted = (file: string): KeyFailure =>
  new KeyFailure(`The key in ${file} has a passphrase.`, {
    hint: `Muster asks for none: ssh-add ${file}, and the agent signs. Its public line is in ${file}.pub.`,
  });
