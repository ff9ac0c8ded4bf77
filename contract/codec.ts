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
  const encode = async (payload: Payload): Promise<Payload> => {
    if ((payload.data?.length ?? 0) <= compressAbove) return payload;
    const inner = text(payload.metadata?.['encoding']);
    const data = await compression.compress(payload.data!);
    return {
      metadata: { ...payload.metadata, encoding: bytes(encoding), 'muster-inner': bytes(inner) },
      data,
    };
  };
  const decode = async (payload: Payload): Promise<Payload> => {
    if (text(payload.metadata?.['encoding']) !== encoding) return payload;
    const { 'muster-inner': inner, ...metadata } = payload.metadata!;
    return { metadata: { ...metadata, encoding: inner! }, data: await compression.decompress(payload.data!) };
  };
  return {
    encode: (payloads) => Promise.all(payloads.map(encode)),
    decode: (payloads) => Promise.all(payloads.map(decode)),
  };
}
