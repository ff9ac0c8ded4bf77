import type { Payload } from '@temporalio/common';
import { isRecord } from '../../contract/is-record.ts';

/** A payload as protobuf's JSON writes it: bytes in base64. */
export interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

/** The payloads of a request; undefined where it is none. A field that is empty may be left out. */
export function payloadsIn(value: unknown): Payload[] | undefined {
  if (!isRecord(value) || Object.keys(value).some((key) => key !== 'payloads')) return undefined;
  const { payloads = [] } = value;
  if (!Array.isArray(payloads)) return undefined;
  const read = payloads.map(payloadIn);
  return read.every((one) => one !== undefined) ? read : undefined;
}

function payloadIn(value: unknown): Payload | undefined {
  if (!isRecord(value)) return undefined;
  const { metadata = {}, data = '' } = value;
  if (!isRecord(metadata)) return undefined;
  const entries = Object.entries(metadata).map(([key, one]) => [key, bytesIn(one)] as const);
  const bytes = bytesIn(data);
  if (bytes === undefined || entries.some(([, one]) => one === undefined)) return undefined;
  return { metadata: Object.fromEntries(entries as [string, Uint8Array][]), data: bytes };
}

/** Protobuf reads both alphabets, with and without padding. */
const bytesIn = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined;

export const written = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)])),
  data: base64(data ?? []),
});

const base64 = (bytes: Uint8Array | readonly number[]): string => Buffer.from(bytes).toString('base64');
