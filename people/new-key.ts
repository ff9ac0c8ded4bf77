import { generateKeyPairSync } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PublicKey } from '../core/roster.ts';
import { KeyFailure } from './failure.ts';
import { encodeOpenSshKey } from './open-ssh-private-key.ts';
import { publicKeyOf, publicLine } from './public-key.ts';

/**
 * Makes an Ed25519 key: `file` with the private half (mode 0600, as `ssh-keygen` writes it) and `file.pub`.
 * @throws KeyFailure where one of the two is there already, or cannot be written.
 */
export async function newKey(file: string, comment: string): Promise<PublicKey> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, raw] = [Buffer.from(jwk.d!, 'base64url'), Buffer.from(jwk.x!, 'base64url')];
  const publicKey = publicKeyOf(raw);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new KeyFailure(`${dirname(file)} cannot be made: ${cause.message}.`, { cause });
  });
  await write(file, encodeOpenSshKey({ seed, raw, comment }), 0o600);
  try {
    await write(`${file}.pub`, `${publicLine(publicKey, comment)}\n`, 0o644);
  } catch (failure) {
    await rm(file);
    throw failure;
  }
  return publicKey;
}

/** Writes a file that was not there, and returns when the disk has it. */
async function write(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode, flush: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new KeyFailure(`${file} cannot be written: ${message}.`, { cause });
    throw new KeyFailure(`${file} is there already; a key is never overwritten.`, {
      hint: 'muster key show says which key it is. Name another file, or move this one away.',
      cause,
    });
  }
}
