import type { Payload, PayloadCodec } from '@temporalio/common';

/** What compresses: brotli, handed in because this folder also runs in the sandbox. */
export interface Compression {
  compress(data: Uint8Array): Promise<Uint8Array>;
  decompress(data: Uint8Array): Promise<Uint8Array>;
}

/** Payloads above this size are compressed; smaller ones stay readable in Temporal's own UI. */
export const compressAbove = 32 * 1024;

const encoding = 'binary/brotli';
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (data: Uint8Array | null | undefined): string => String.fromCharCode(...(data ?? []));

/** A codec that compresses large payloads and leaves the rest as it is. */
export function makeCodec(compression: Compression): PayloadCodec {
  const isLarge = (payload: Payload): boolean => (payload.data?.length ?? 0) > compressAbove;
  const encode = async (payload: Payload): Promise<Payload> => {
    if (!isLarge(payload)) return payload;
    const inner = text(payload.metadata?.['encoding']);
    const data = await compression.compress(payload.data!);
    return {
      metadata: { ...payload.metadata, encoding: bytes(encoding), 'muster-inner': bytes(inner) },
      data,
    };
  };
  const isCompressed = ({ metadata }: Payload): boolean => text(metadata?.['encoding']) === encoding;
  const decode = async (payload: Payload): Promise<Payload> => {
    if (!isCompressed(payload)) return payload;
    const { 'muster-inner': inner, ...metadata } = payload.metadata!;
    return { metadata: { ...metadata, encoding: inner! }, data: await compression.decompress(payload.data!) };
  };
  // Every payload of a run passes here, and next to none is large.
  return {
    encode: async (payloads) => (payloads.some(isLarge) ? Promise.all(payloads.map(encode)) : payloads),
    decode: async (payloads) => (payloads.some(isCompressed) ? Promise.all(payloads.map(decode)) : payloads),
  };
}
