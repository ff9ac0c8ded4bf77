import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secrets } from '../actions/secret.ts';
import { ClientFailure } from './failure.ts';

/** The keys that payloads are encrypted with. */
export interface PayloadKeys {
  /** The file that says so. */
  readonly file: string;
  /** Id of the key that writes; all of them read. */
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

export const keyBytes = 32;

/** Where the keys of a state directory stand: the file of `MUSTER_PAYLOAD_KEYS`, else `payload-keys` in it. */
export const payloadKeysFile = (home: string, named: string | undefined): string =>
  named || join(home, 'payload-keys');

/**
 * Reads the keys, one a line: its id, and 32 bytes in base64 or where those are (`env:`, `file:`, `exec:`, `vault:`). The first one
 * writes. Undefined where nobody named a file and there is none: payloads stay readable.
 * @throws ClientFailure in words that hold no key: to write in the clear what was to be encrypted would help nobody.
 */
export async function readPayloadKeys(
  home: string,
  named: string | undefined,
): Promise<PayloadKeys | undefined> {
  const file = payloadKeysFile(home, named);
  const text = textOf(file, named !== undefined && named !== '');
  if (text === undefined) return undefined;
  const keys = new Map<string, Buffer>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [id, key] = await keyOf(line.trim(), `${file}:${index + 1}`);
    if (keys.has(id)) throw failure(`${file}:${index + 1}: the id ${id} stands there twice.`);
    keys.set(id, key);
  }
  const [current] = keys.keys();
  if (current !== undefined) return { file, current, keys };
  throw failure(`${file} holds no key. A line is an id and a key: k1 ${example}`);
}

const failure = (message: string, cause?: unknown) => new ClientFailure('not-allowed', message, cause);

const example = '$(openssl rand -base64 32)';

const written = /^([A-Za-z0-9][\w.-]{0,63})\s+(\S.*)$/;

async function keyOf(line: string, where: string): Promise<readonly [id: string, key: Buffer]> {
  const [, id, given] = written.exec(line) ?? [];
  if (id === undefined || given === undefined)
    throw failure(`${where}: this is no id and key. A line is written: k1 ${example}`);
  const base64 = await new Secrets().reveal(given).catch((cause: Error) => {
    throw failure(`${where}: the payload key ${id} cannot be had. ${cause.message}`, cause);
  });
  const key = Buffer.from(base64.trim(), 'base64');
  if (key.length === keyBytes && key.toString('base64') === base64.trim()) return [id, key];
  throw failure(`${where}: the payload key ${id} is not ${keyBytes} bytes in base64. Make one: ${example}`);
}

/** Looks at the file that was opened, so that no other can be put in its place between look and read. */
function textOf(file: string, must: boolean): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const others = fstatSync(descriptor).mode & 0o077;
    if (others !== 0) throw failure(`Others than its owner may open ${file}. chmod 600 ${file}`);
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !must) return undefined;
    if (error instanceof ClientFailure) throw error;
    throw failure(`The payload keys in ${file} cannot be read (${code}).`, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
