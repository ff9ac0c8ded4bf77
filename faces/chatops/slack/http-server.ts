import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, end, header, type HttpServer, serve } from '../../http/serve.ts';
import type { Front } from '../front.ts';
import { fromJson } from './json.ts';
import { proofOf, type slackVerifier } from './verify.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly verify: ReturnType<typeof slackVerifier>;
  readonly front: Front;
  readonly onProblem: (problem: unknown) => void;
}

/** The only route: slash commands and interactions both come here. */
const route = '/slack';
const largestBody = 64 * 1024;
const form = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i;

/** Takes Slack's requests over HTTP. Each is answered at once; what it asks for is done afterwards. */
export const serveHttp = ({ host, port, onProblem, ...options }: HttpOptions): Promise<HttpServer> =>
  serve({
    ...{ host, port, onProblem },
    answer: (request, response) => answer(options, request, response),
  });

async function answer(
  { front, verify }: Pick<HttpOptions, 'front' | 'verify'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== route) return end(response, 404);
  if (request.method !== 'POST') return end(response, 405);
  const refuse = (status: number, why: string, body: Buffer) => {
    front.refuse(why, body, request.socket.remoteAddress);
    end(response, status);
  };
  const { body, whole } = await bodyOf(request, largestBody);
  if (!whole) return refuse(413, 'too-large', body);
  if (!form.test(request.headers['content-type'] ?? '')) return refuse(415, 'content-type', body);
  const signed = {
    timestamp: header(request, 'x-slack-request-timestamp'),
    signature: header(request, 'x-slack-signature'),
    body,
  };
  const forgery = verify(signed);
  if (forgery) return refuse(401, forgery, body);
  const fields = new URLSearchParams(body.toString('utf8'));
  // Slack looks now and then whether the certificate is good.
  if (fields.get('ssl_check') === '1') return end(response, 200);
  const payload = fields.get('payload');
  const proof = proofOf(signed);
  const ack =
    payload === null
      ? await front.take('slash_commands', Object.fromEntries(fields), proof)
      : await front.take('interactive', fromJson(payload), proof);
  end(response, ack ? 200 : 403, ack?.body);
  front.background(ack?.work);
}
