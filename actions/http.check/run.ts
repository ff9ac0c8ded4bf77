import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { z } from 'zod';
import { ActionFailure, type Run } from '../action.ts';
import { Secrets } from '../secret.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

const bodyLimit = 64 * 1024;
const outputLimit = 4_000;

export const run: Run<Input> = async (input, context) => {
  const secrets = new Secrets();
  const headers = await secrets.revealAll(input.headers);
  const look = AbortSignal.any([context.signal, AbortSignal.timeout(input.timeout)]);
  try {
    const answer = await ask({ ...input, headers }, look);
    const status = answer.statusCode ?? 0;
    const beginning = await beginningOf(answer);
    const body = secrets.redact(beginning.toString(), { end: beginning.length === bodyLimit });
    return {
      outputs: { status, body: body.slice(0, outputLimit) },
      findings: { value: status, status, body },
    };
  } catch (cause) {
    context.signal.throwIfAborted();
    const why = look.aborted ? `no whole answer within ${input.timeout / 1_000} s` : reasonOf(cause);
    throw new ActionFailure(secrets.redact(`${input.method} ${input.url} failed: ${why}.`), { cause });
  }
};

/** Node's own request and not `fetch`, which refuses a list of ports that services do listen on. */
function ask({ url, method, headers, body }: Input, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // No agent: a kept connection would still reach the old server after a switch.
    request(url, { method, headers, signal, agent: false }, resolve).once('error', reject).end(body);
  });
}

async function beginningOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bodyLimit) break;
  }
  return Buffer.concat(chunks).subarray(0, bodyLimit);
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'its name is not known here';
  return message || String(code);
}
