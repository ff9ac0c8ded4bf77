import type { Payload, PayloadCodec } from '@temporalio/common';
import { largestPlanText } from '../core/plan-size.ts';
import { payloadCodes, payloadFailure } from './payload-failure.ts';

/** What compresses: brotli, handed in because this folder also runs in the sandbox. */
export interface Compression {
  compress(data: Uint8Array): Promise<Uint8Array>;
  /** @returns undefined where it unfolds to more than `most` bytes. */
  decompress(data: Uint8Array, most: number): Promise<Uint8Array | undefined>;
}

/** Payloads above this size are compressed; smaller ones stay readable in Temporal's own UI. */
export const compressAbove = 32 * 1024;

/**
 * All that is unfolded by one call, in bytes: a plan of the largest kind, with as much again beside it. What unfolds to more was
 * made to fill the memory.
 */
export const mostUnfolded = 2 * largestPlanText;

const encoding = 'binary/brotli';
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (data: Uint8Array | null | undefined): string => String.fromCharCode(...(data ?? []));

/** A codec that compresses large payloads and leaves the rest as it is. */
export function makeCodec(compression: Compression): PayloadCodec {
  const isLarge = (payload: Payload): boolean => (payload.data?.length ?? 0) > compressAbove;
  const encode = async (payload: Payload): Promise<Payload> => {
    if (!isLarge(payload)) return payload;
    if (payload.data!.length > mostUnfolded) throw tooLarge();
    const inner = text(payload.metadata?.['encoding']);
    const data = await compression.compress(payload.data!);
    return {
      metadata: { ...payload.metadata, encoding: bytes(encoding), 'muster-inner': bytes(inner) },
      data,
    };
  };
  const isCompressed = ({ metadata }: Payload): boolean => text(metadata?.['encoding']) === encoding;
  const decode = async (payload: Payload, most: number): Promise<Payload> => {
    const { 'muster-inner': inner, ...metadata } = payload.metadata!;
    const data = await compression.decompress(payload.data!, most);
    if (!data) throw tooLarge();
    return { metadata: { ...metadata, encoding: inner! }, data };
  };
  // One after the other, so that together they stay within one limit.
  const decodeAll = async (payloads: readonly Payload[]): Promise<Payload[]> => {
    let left = mostUnfolded;
    const decoded: Payload[] = [];
    for (const payload of payloads) {
      const one = isCompressed(payload) ? await decode(payload, left) : payload;
      if (one !== payload) left -= one.data!.length;
      decoded.push(one);
    }
    return decoded;
  };
  // Every payload of a run passes here, and next to none is large.
  return {
    encode: async (payloads) => (payloads.some(isLarge) ? Promise.all(payloads.map(encode)) : payloads),
    decode: async (payloads) => (payloads.some(isCompressed) ? decodeAll(payloads) : payloads),
  };
}

const tooLarge = () =>
  payloadFailure(
    payloadCodes.tooLarge,
    `This unfolds to more than ${mostUnfolded / 1024 / 1024} MB, which is more than any plan or result of Muster has. ` +
      'Look at who can write to Temporal: somebody made it to fill the memory of whoever reads it.',
  );
