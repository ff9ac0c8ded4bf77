import { printable } from '../../../core/printable.ts';

/**
 * The same data with every text fit to be shown on a terminal. All that is drawn passes through here once,
 * so that no line has to think of it; what is sent back (ids, digests) is taken from the original.
 */
export function safe<T>(data: T): T {
  return safely(data) as T;
}

function safely(data: unknown): unknown {
  if (typeof data === 'string') return printable(data);
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) return data.map(safely);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [printable(key), safely(value)]));
}
