import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { payloadCodes, payloadFailure } from '../contract/payload-failure.ts';
import type { PayloadKeys } from './payload-keys.ts';

const { Payload: Message } = proto.temporal.api.common.v1;

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The names are those of Temporal's own samples, so that its tools show what it is. */
const encoding = 'binary/encrypted';
const cipher = 'AES-256-GCM';

/**
 * A codec that encrypts whole payloads with the current key, and opens those of any key that is there. Nonce, ciphertext and tag follow each
 * other in the data. What is not encrypted is read as it is: it was written before there were keys. Without keys nothing is encrypted, and
 * what is encrypted is refused in words.
 */
export function encryptingCodec(keys: PayloadKeys | undefined, namespace: string): PayloadCodec {
  return {
    encode: (payloads) =>
      Promise.resolve(keys ? payloads.map((payload) => seal(payload, keys, namespace)) : payloads),
    decode: async (payloads) =>
      Promise.resolve(
        payloads.map((payload) => (isSealed(payload) ? open(payload, keys, namespace) : payload)),
      ),
  };
}

/** Id of the key that a payload is encrypted with; undefined where it is not. */
export const keyIdOf = (payload: Payload): string | undefined =>
  isSealed(payload) ? textOf(payload.metadata?.['encryption-key-id']) : undefined;

const isSealed = ({ metadata }: Payload): boolean => textOf(metadata?.['encoding']) === encoding;

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Where it was meant to be: a payload that was moved to another namespace, or bears another key's id, does not open. */
const boundTo = (id: string, namespace: string): Buffer =>
  Buffer.from(JSON.stringify([encoding, cipher, id, namespace]));

function seal(payload: Payload, { current, keys }: PayloadKeys, namespace: string): Payload {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(algorithm, keys.get(current)!, nonce, { authTagLength: tagBytes });
  sealing.setAAD(boundTo(current, namespace));
  const parts = [nonce, sealing.update(Message.encode(payload).finish()), sealing.final()];
  return {
    metadata: {
      encoding: Buffer.from(encoding),
      'encryption-cipher': Buffer.from(cipher),
      'encryption-key-id': Buffer.from(current),
    },
    data: Buffer.concat([...parts, sealing.getAuthTag()]),
  };
}

function open(payload: Payload, ring: PayloadKeys | undefined, namespace: string): Payload {
  const id = textOf(payload.metadata?.['encryption-key-id']);
  const key = ring?.keys.get(id);
  if (!key) throw payloadFailure(payloadCodes.missing, missing(id, ring));
  const data = payload.data ?? new Uint8Array();
  try {
    const opening = createDecipheriv(algorithm, key, data.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    opening.setAAD(boundTo(id, namespace));
    opening.setAuthTag(data.subarray(-tagBytes));
    const inner = [opening.update(data.subarray(nonceBytes, -tagBytes)), opening.final()];
    return Message.decode(Buffer.concat(inner));
  } catch {
    // What OpenSSL says of it is the same for everything that can be wrong.
    throw payloadFailure(payloadCodes.wrong, wrong(id, namespace));
  }
}

const named = (id: string): string => JSON.stringify(id.slice(0, 64));

const missing = (id: string, ring: PayloadKeys | undefined): string =>
  `This is encrypted with the payload key ${named(id)}, and ` +
  (ring ? `${ring.file} does not hold it.` : 'there are no payload keys here.') +
  ' Put that key into the file of MUSTER_PAYLOAD_KEYS, or payload-keys in the state directory, and start again.';

const wrong = (id: string, namespace: string): string =>
  `This does not open with the payload key ${named(id)}: the key of that id is another one here, or it was ` +
  `changed, or it was written in another namespace than ${namespace}. Compare the key with that of the host that wrote it.`;
