import { readFileSync } from 'node:fs';
import { dataConverterWith } from '../../client/data-converter.ts';
import type { PayloadKeys } from '../../client/payload-keys.ts';
import { ConfigFailure } from '../chatops/parse-config.ts';
import { type HttpServer, serve } from '../http/serve.ts';
import { codecAnswer } from './answer.ts';
import type { Config } from './config.ts';

export interface CodecServerOptions {
  readonly config: Config;
  readonly keys: PayloadKeys;
  /** Of whoever does not say for which he asks. */
  readonly namespace: string;
  readonly onProblem: (problem: unknown) => void;
}

/** Encodes and decodes payloads for Temporal's UI and command line, until it is closed. @throws ConfigFailure */
export function startCodecServer(options: CodecServerOptions): Promise<HttpServer> {
  const { config, keys, namespace, onProblem } = options;
  const { host, port, tls } = config;
  const codecs = (of: string) => dataConverterWith(keys, of).payloadCodecs;
  return serve({
    ...{ host, port, onProblem, answer: codecAnswer(config, codecs, namespace) },
    ...(tls && { tls: { cert: fileOf(tls.certificate), key: fileOf(tls.key) } }),
  });
}

function fileOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigFailure(`tls: ${file} cannot be read: ${(cause as Error).message}`);
  }
}
