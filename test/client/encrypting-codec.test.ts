import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/internal-non-workflow/index.js';
import fc from 'fast-check';
import { dataConverterWith } from '../../client/data-converter.ts';
import { encryptingCodec, keyIdOf } from '../../client/encrypting-codec.ts';
import type { PayloadKeys } from '../../client/payload-keys.ts';
import { mostUnfolded } from '../../contract/codec.ts';
import { largestPlanText } from '../../core/plan-size.ts';

const [k1, k2] = [randomBytes(32), randomBytes(32)];
const ring = (current: string, keys: Record<string, Buffer>): PayloadKeys => ({
  ...{ file: '/etc/muster/payload-keys', current },
  keys: new Map(Object.entries(keys)),
});
const keys = ring('k1', { k1 });
const codec = encryptingCodec(keys, 'recovery');

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const plain = (data: Uint8Array): Payload => ({ metadata: { encoding: bytes('json/plain') }, data });
const sealOne = async (payload: Payload, by = codec): Promise<Payload> => (await by.encode([payload]))[0]!;
const openOne = async (payload: Payload, by = codec): Promise<Payload> => (await by.decode([payload]))[0]!;
const same = (a: Payload, b: Payload): void => {
  expect(Buffer.from(a.data ?? []).equals(Buffer.from(b.data ?? []))).toBe(true);
  const texts = ({ metadata }: Payload) =>
    Object.fromEntries(
      Object.entries(metadata ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
    );
  expect(texts(a)).toEqual(texts(b));
};
const failureOf = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
  const failure: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(ApplicationFailure);
  return failure as ApplicationFailure;
};

const anyPayload = fc.record({
  metadata: fc.dictionary(fc.string({ minLength: 1 }), fc.uint8Array()),
  data: fc.uint8Array({ maxLength: 5_000 }),
});

describe('the codec that encrypts', () => {
  it('gives back what it was given, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (payloads) => {
        const { payloadCodecs } = dataConverterWith(keys, 'recovery');
        const back = await decode(payloadCodecs, await encode(payloadCodecs, payloads));
        expect(back).toHaveLength(payloads.length);
        payloads.forEach((payload, index) => same(back[index]!, payload));
      }),
    );
  });

  it('compresses before it encrypts', async () => {
    const { payloadCodecs } = dataConverterWith(keys, 'recovery');
    const large = plain(bytes('a word '.repeat(100_000)));
    const [sealed] = await encode(payloadCodecs, [large]);
    expect(sealed?.data?.length).toBeLessThan(10_000);
    same((await decode(payloadCodecs, [sealed!]))[0]!, large);
  });

  it('carries the largest plan there can be, beside others', async () => {
    const { payloadCodecs } = dataConverterWith(keys, 'recovery');
    const line = (n: number) => `{"system":"s${n}","needs":["s${n - 1}"],"digest":"${n * 7919}"},`;
    const text = Array.from({ length: 800_000 }, (_, n) => line(n))
      .join('')
      .slice(0, largestPlanText);
    expect(text).toHaveLength(largestPlanText);
    const all = [plain(bytes(text)), plain(bytes('"small"')), plain(bytes(text.slice(0, 1_000_000)))];
    const back = await decode(payloadCodecs, await encode(payloadCodecs, all));
    all.forEach((payload, index) => same(back[index]!, payload));
  });

  it.each([
    ['one that unfolds to 250 MB', 250, 1],
    ['six that unfold to 20 MB each', 20, 6],
  ])('refuses a bomb: %s', async (_, megabytes, times) => {
    const data = brotliCompressSync(Buffer.alloc(megabytes * 1024 * 1024), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
    });
    expect(data.length).toBeLessThan(1_000);
    const metadata = { encoding: bytes('binary/brotli'), 'muster-inner': bytes('json/plain') };
    const { payloadCodecs } = dataConverterWith(keys, 'recovery');
    const bombs = await codec.encode(Array.from({ length: times }, () => ({ metadata, data })));
    const failure = await failureOf(decode(payloadCodecs, bombs));
    expect(failure.type).toBe('MUSTER_PAYLOAD_TOO_LARGE');
    expect(failure.message).toContain('more than 64 MB');
  });

  it('compresses nothing that nobody could unfold', async () => {
    const { payloadCodecs } = dataConverterWith(keys, 'recovery');
    const failure = await failureOf(encode(payloadCodecs, [plain(new Uint8Array(mostUnfolded + 1))]));
    expect(failure.type).toBe('MUSTER_PAYLOAD_TOO_LARGE');
  });

  it('shows the id of its key and nothing of what is inside', async () => {
    const sealed = await sealOne({
      metadata: { encoding: bytes('canary-kind') },
      data: bytes('canary-data'),
    });
    expect(keyIdOf(sealed)).toBe('k1');
    const all = [...Object.values(sealed.metadata ?? {}), sealed.data!];
    for (const one of all) expect(Buffer.from(one).toString('latin1')).not.toContain('canary');
  });

  it('reads what was written in the clear, and what other keys of the ring wrote', async () => {
    same(await openOne(plain(bytes('"old"'))), plain(bytes('"old"')));
    const later = encryptingCodec(ring('k2', { k2, k1 }), 'recovery');
    same(await openOne(await sealOne(plain(bytes('"by k1"'))), later), plain(bytes('"by k1"')));
    expect(keyIdOf(await sealOne(plain(bytes('"by k2"')), later))).toBe('k2');
  });

  it('uses no nonce twice', async () => {
    const payload = plain(bytes('"the same"'));
    const sealed = await codec.encode(Array.from({ length: 100_000 }, () => payload));
    const nonces = new Set(sealed.map(({ data }) => Buffer.from(data!.subarray(0, 12)).toString('hex')));
    expect(nonces.size).toBe(100_000);
  });

  it('refuses what was changed by one bit, wherever that is', async () => {
    const sealed = await sealOne(plain(bytes('"some data"')));
    const length = sealed.data!.length;
    const flipped = (at: number): Payload => {
      const data = Uint8Array.from(sealed.data!);
      data[at]! ^= 1;
      return { ...sealed, data };
    };
    for (let at = 0; at < length; at += 1) {
      const failure = await failureOf(openOne(flipped(at)));
      expect(failure.type).toBe('MUSTER_PAYLOAD_KEY_WRONG');
      expect(failure.message).toContain('"k1"');
    }
    for (const cut of [0, 5, 12, 27, length - 1]) {
      const failure = await failureOf(openOne({ ...sealed, data: sealed.data!.subarray(0, cut) }));
      expect(failure.type).toBe('MUSTER_PAYLOAD_KEY_WRONG');
    }
  });

  it('refuses another key under the same id, the same key under another id, and another namespace', async () => {
    const sealed = await sealOne(plain(bytes('"some data"')));
    const refusedBy = async (by: ReturnType<typeof encryptingCodec>, payload = sealed) =>
      (await failureOf(openOne(payload, by))).type;
    expect(await refusedBy(encryptingCodec(ring('k1', { k1: k2 }), 'recovery'))).toBe(
      'MUSTER_PAYLOAD_KEY_WRONG',
    );
    const renamed = { ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': bytes('k9') } };
    expect(await refusedBy(encryptingCodec(ring('k9', { k9: k1 }), 'recovery'), renamed)).toBe(
      'MUSTER_PAYLOAD_KEY_WRONG',
    );
    expect(await refusedBy(encryptingCodec(keys, 'elsewhere'))).toBe('MUSTER_PAYLOAD_KEY_WRONG');
  });

  it('says which key is missing, and that there are none', async () => {
    const sealed = await sealOne(plain(bytes('"some data"')));
    const other = await failureOf(openOne(sealed, encryptingCodec(ring('k2', { k2 }), 'recovery')));
    expect(other).toMatchObject({ type: 'MUSTER_PAYLOAD_KEY_MISSING', nonRetryable: false });
    expect(other.message).toContain('the payload key "k1", and /etc/muster/payload-keys does not hold it');
    const none = await failureOf(openOne(sealed, encryptingCodec(undefined, 'recovery')));
    expect(none.message).toContain('the payload key "k1", and there are no payload keys here');
  });
});
