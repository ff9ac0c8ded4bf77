import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ServeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Certificate and key in PEM; absent: HTTP in the clear. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What an answer failed with; whoever asked is told 500 and no more. */
  readonly onProblem: (problem: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no more; what is being answered is finished first. */
  close(): Promise<void>;
}

/** Serves HTTP to programs that nobody here knows: bounded in time and in connections. */
export async function serve({ host, port, tls, answer, onProblem }: ServeOptions): Promise<HttpServer> {
  const limits = { headersTimeout: 5_000, requestTimeout: 10_000 };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((problem: unknown) => {
      onProblem(problem);
      if (!response.headersSent) end(response, 500);
    });
  };
  const server = tls ? createTlsServer({ ...limits, ...tls }, listener) : createServer(limits, listener);
  server.maxConnections = 500;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

/** The body up to its limit; the rest of a larger one is not read. */
export async function bodyOf(
  request: IncomingMessage,
  largest: number,
): Promise<{ readonly body: Buffer; readonly whole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largest) return { body: Buffer.concat(chunks), whole: false };
  }
  return { body: Buffer.concat(chunks), whole: true };
}

export function end(response: ServerResponse, status: number, body?: object): void {
  // What was not read of a request must not be taken for the next one.
  if (status >= 300) response.setHeader('connection', 'close');
  if (body) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.writeHead(status).end(body && JSON.stringify(body));
}

/** A header that stands there once; undefined where it does not. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
