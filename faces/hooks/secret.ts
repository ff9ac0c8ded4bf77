import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Surroundings } from '../chatops/config.ts';
import { ConfigFailure } from '../chatops/parse-config.ts';

/** What Standard Webhooks asks for; guessing one costs more than anybody has. */
const leastBytes = 24;
const leastCharacters = 32;

/** The secret of a sender that signs: `whsec_` and base64. @throws ConfigFailure where it is missing or weak. */
export function readSigningSecret(name: string, reference: string, around: Surroundings): string {
  const secret = readSecret(name, reference, around).replace(/^whsec_/, '');
  const bytes = Buffer.from(secret, 'base64');
  const isBase64 = bytes.toString('base64') === secret;
  if (isBase64 && bytes.length >= leastBytes) return secret;
  throw new ConfigFailure(
    `${name} is ${isBase64 ? `too short: ${bytes.length} bytes, and ${leastBytes} are the least` : 'no base64'}. ` +
      'Make one: echo "whsec_$(openssl rand -base64 32)"',
  );
}

/** What a sender shows that cannot sign. @throws ConfigFailure where it is missing or weak. */
export function readBearerToken(name: string, reference: string, around: Surroundings): string {
  const token = readSecret(name, reference, around);
  if (/^[\x21-\x7e]+$/.test(token) && token.length >= leastCharacters) return token;
  throw new ConfigFailure(
    `${name} is no token: it must have ${leastCharacters} characters at least and no space. Make one: openssl rand -hex 32`,
  );
}

function readSecret(name: string, reference: string, { env, directory }: Surroundings): string {
  const [, kind, place = ''] = /^(env|file):(.*)$/s.exec(reference) ?? [];
  const value = kind === 'env' ? (env[place] ?? '') : fileText(name, resolve(directory, place));
  if (value.trim() !== '') return value.trim();
  throw new ConfigFailure(`${name} is empty: ${reference} holds nothing. Nothing is started without it.`);
}

/** Looks at the file that was opened, so that no other can be put in its place between look and read. */
function fileText(name: string, file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const open = (fstatSync(descriptor).mode & 0o077) !== 0;
    if (open) throw new ConfigFailure(`${name}: others than you can read ${file}. chmod 600 ${file}`);
    return readFileSync(descriptor, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigFailure) throw cause;
    throw new ConfigFailure(`${name} cannot be read: ${(cause as Error).message}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
