import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { sentence } from '../../language/schema/scalars.ts';
import type { Surroundings } from '../chatops/config.ts';
import { ConfigFailure, formed, parseConfig, port, secretReference } from '../chatops/parse-config.ts';
import { readBearerToken } from '../hooks/secret.ts';

const origin = formed(
  'an origin such as https://temporal.example: scheme, host and port, and nothing behind them',
  (written) => URL.canParse(written) && new URL(written).origin === written,
);

const schema = z.strictObject({
  host: sentence.default('127.0.0.1'),
  port,
  /** The pages that may ask, Temporal's UI; programs that are no browser need none. */
  origins: z.array(origin).default([]),
  /** What everybody has to show who asks. */
  token: z.exactOptional(secretReference),
  /** Files in PEM. */
  tls: z.exactOptional(z.strictObject({ certificate: sentence, key: sentence })),
});

/** How the codec server is reached; the token is read. */
export type Config = z.infer<typeof schema>;

/** Reads a configuration in YAML or JSON, and the token that it refers to. @throws ConfigFailure */
export function readConfig(written: string, around: Surroundings): Config {
  const data = parseConfig(written, { schema, standIns: {} }, 'docs/operations.md');
  const path = (file: string) => resolve(around.directory, file);
  const config = {
    ...data,
    ...(data.token !== undefined && { token: readBearerToken('token', data.token, around) }),
    ...(data.tls && { tls: { certificate: path(data.tls.certificate), key: path(data.tls.key) } }),
  };
  demandProof(config);
  return config;
}

/** It opens everything that its keys open: whoever is not on this machine has to prove that he may ask. */
function demandProof({ host, token, tls }: Config): void {
  if (isLoopback(host)) return;
  const lacking = [...(tls ? [] : ['tls']), ...(token === undefined ? ['token'] : [])];
  if (lacking.length === 0) return;
  throw new ConfigFailure(
    `It would decrypt for everybody who reaches ${host}. Add ${lacking.join(' and ')}, or let it listen on 127.0.0.1.`,
  );
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
