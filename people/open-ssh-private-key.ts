import { randomBytes } from 'node:crypto';
import { keyType, publicKeyOf, wireOf } from './public-key.ts';
import { wireBytes, wireNumber, WireReader } from './wire.ts';

/** What OpenSSH's private format holds of an Ed25519 key. */
export interface OpenSshKey {
  /** 32 bytes: all that is secret. */
  readonly seed: Uint8Array;
  /** 32 bytes. */
  readonly raw: Uint8Array;
  readonly comment: string;
}

const magic = 'openssh-key-v1\0';
const [begin, end] = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----'];
const blockSize = 8;

/** Whether a file looks like one that `ssh-keygen` wrote. */
export const isOpenSshKey = (text: string): boolean => text.trimStart().startsWith(begin);

/** Writes a key as `ssh-keygen` does, without a passphrase (OpenSSH's PROTOCOL.key). */
export function encodeOpenSshKey({ seed, raw, comment }: OpenSshKey): string {
  const check = randomBytes(4);
  const secret = Buffer.concat([
    ...[check, check, wireBytes(keyType), wireBytes(raw)],
    ...[wireBytes(Buffer.concat([seed, raw])), wireBytes(comment)],
  ]);
  const padding = Uint8Array.from(
    { length: (blockSize - (secret.length % blockSize)) % blockSize },
    (_, index) => index + 1,
  );
  const whole = Buffer.concat([
    ...[Buffer.from(magic), wireBytes('none'), wireBytes('none'), wireBytes(''), wireNumber(1)],
    ...[wireBytes(wireOf(publicKeyOf(raw).ed25519)), wireBytes(Buffer.concat([secret, padding]))],
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return `${[begin, ...lines, end].join('\n')}\n`;
}

/**
 * Reads what `ssh-keygen` wrote: an Ed25519 key, `encrypted`, or another kind of key by its name.
 * @throws RangeError where the file is damaged.
 */
export function decodeOpenSshKey(text: string): OpenSshKey | 'encrypted' | { readonly type: string } {
  const whole = Buffer.from(text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)), 'base64');
  if (whole.subarray(0, magic.length).toString('latin1') !== magic) throw new RangeError('no key is in it');
  const reader = new WireReader(whole.subarray(magic.length));
  const [cipher] = [reader.text(), reader.text(), reader.text()];
  if (reader.number() !== 1) throw new RangeError('it must hold one key');
  const { type, raw } = publicPart(reader.bytes());
  if (raw === undefined) return { type };
  if (cipher !== 'none') return 'encrypted';
  const secret = new WireReader(reader.bytes());
  if (secret.number() !== secret.number()) throw new RangeError('its check numbers differ');
  if (secret.text() !== type || !secret.bytes().equals(raw)) throw new RangeError('its halves differ');
  const both = secret.bytes();
  if (both.length !== 64 || !both.subarray(32).equals(raw)) throw new RangeError('its halves differ');
  return { seed: both.subarray(0, 32), raw, comment: secret.text() };
}

function publicPart(wire: Uint8Array): { readonly type: string; readonly raw?: Buffer } {
  const reader = new WireReader(wire);
  const type = reader.text();
  if (!/^[\w@.-]+$/.test(type)) throw new RangeError('its type is no name');
  return type === keyType ? { type, raw: reader.bytes() } : { type };
}
