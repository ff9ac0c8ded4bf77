import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Front } from '../front.ts';
import { fromJson } from './json.ts';
import type { slackVerifier } from './verify.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly verify: ReturnType<typeof slackVerifier>;
  readonly front: Front;
  readonly onProblem: (problem: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The only route: slash commands and interactions both come here. */
const route = '/slack';
const largestBody = 64 * 1024;
const form = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i;

/** Takes Slack's requests over HTTP. Each is answered at once; what it asks for is done afterwards. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    answer(options, request, response).catch((problem: unknown) => {
      options.onProblem(problem);
      if (!response.headersSent) end(response, 500);
    });
  });
  server.maxConnections = 500;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  { front, verify }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== route) return end(response, 404);
  if (request.method !== 'POST') return end(response, 405);
  const refuse = (status: number, why: string, body: Buffer) => {
    front.refuse(why, body, request.socket.remoteAddress);
    end(response, status);
  };
  const { body, whole } = await bodyOf(request);
  if (!whole) return refuse(413, 'too-large', body);
  if (!form.test(request.headers['content-type'] ?? '')) return refuse(415, 'content-type', body);
  const forgery = verify({
    timestamp: one(request.headers['x-slack-request-timestamp']),
    signature: one(request.headers['x-slack-signature']),
    body,
  });
  if (forgery) return refuse(401, forgery, body);
  const fields = new URLSearchParams(body.toString('utf8'));
  // Slack looks now and then whether the certificate is good.
  if (fields.get('ssl_check') === '1') return end(response, 200);
  const payload = fields.get('payload');
  const ack =
    payload === null
      ? await front.take('slash_commands', Object.fromEntries(fields))
      : await front.take('interactive', fromJson(payload));
  end(response, ack ? 200 : 403, ack?.body);
  front.background(ack?.work);
}

/** The body up to its limit; the rest of a larger one is not read. */
async function bodyOf(request: IncomingMessage): Promise<{ body: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) return { body: Buffer.concat(chunks), whole: false };
  }
  return { body: Buffer.concat(chunks), whole: true };
}

function end(response: ServerResponse, status: number, body?: object): void {
  // What was not read of a request must not be taken for the next one.
  if (status !== 200) response.setHeader('connection', 'close');
  if (body) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.writeHead(status).end(body && JSON.stringify(body));
}

const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
