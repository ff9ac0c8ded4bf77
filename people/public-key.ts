import { createHash } from 'node:crypto';
import type { PublicKey } from '../core/roster.ts';
import { wireBytes, WireReader } from './wire.ts';

export type ReadKey = { readonly key: PublicKey } | { readonly problem: string };

export const keyType = 'ssh-ed25519';

/** Reads a line as it stands in a `.pub` file: `ssh-ed25519 AAAA… comment`. The problem is a whole sentence. */
export function readPublicKey(line: string): ReadKey {
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  if (line.includes('PRIVATE KEY'))
    return { problem: 'This is a private key, which must never leave its file.' };
  if (type !== keyType) return { problem: notEd25519(type) };
  const wire = Buffer.from(base64, 'base64');
  if (wire.toString('base64') !== base64) return { problem: 'The key is cut off, or is no base64.' };
  return readWire(wire);
}

/** Reads a public key in SSH's wire format. */
export function readWire(wire: Uint8Array): ReadKey {
  const reader = new WireReader(wire);
  try {
    const type = reader.text();
    if (type !== keyType) return { problem: notEd25519(type) };
    const raw = reader.bytes();
    if (raw.length !== 32 || reader.left > 0) return { problem: 'The key has not the length of one.' };
    if (isSmall(raw)) return { problem: 'Anybody could sign for this key: it is one of the few weak ones.' };
    return { key: publicKeyOf(raw) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'The key is cut off.' };
    throw error;
  }
}

/** The public key of its 32 bytes, with the fingerprint that `ssh-keygen -l` prints. */
export function publicKeyOf(raw: Uint8Array): PublicKey {
  const ed25519 = Buffer.from(raw).toString('hex');
  const digest = createHash('sha256').update(wireOf(ed25519)).digest('base64');
  return { id: `SHA256:${digest.replace(/=+$/, '')}`, ed25519 };
}

/** A public key (64 hexadecimal digits) in SSH's wire format. */
export const wireOf = (ed25519: string): Buffer =>
  Buffer.concat([wireBytes(keyType), wireBytes(Buffer.from(ed25519, 'hex'))]);

/** The line that stands in a `.pub` file and in the roster. */
export const publicLine = ({ ed25519 }: PublicKey, comment: string): string =>
  [keyType, wireOf(ed25519).toString('base64'), comment].join(' ').trimEnd();

const notEd25519 = (type: string): string =>
  /^(ssh|ecdsa|sk)-[\w@.-]+$/.test(type)
    ? `A key of type ${type} cannot sign decisions; it must be Ed25519.`
    : 'This is no public key as OpenSSH writes it.';

/** The points of small order, without their sign (the list of libsodium): a signature for them can be made up. */
const small = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

function isSmall(raw: Uint8Array): boolean {
  const unsigned = Buffer.from(raw);
  unsigned[31] = unsigned[31]! & 0x7f;
  return small.has(unsigned.toString('hex'));
}
