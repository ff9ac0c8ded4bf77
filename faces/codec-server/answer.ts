import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { payloadTrouble } from '../../contract/payload-failure.ts';
import { fromJson } from '../chatops/slack/json.ts';
import { bears } from '../hooks/signature.ts';
import { type Reply, refusal } from '../hooks/reply.ts';
import { bodyOf, end, header } from '../http/serve.ts';
import type { Config } from './config.ts';
import { type JsonPayload, payloadsIn, written } from './payloads.ts';

/** Applies the codecs of a namespace. */
export type Codecs = (namespace: string) => readonly PayloadCodec[];

type Way = 'encode' | 'decode';

/** All payloads of an event: the service takes 2 MB each, and base64 makes them longer by a third. */
const largest = 16 * 1024 * 1024;

/**
 * Answers Temporal's remote codec protocol (https://docs.temporal.io/production-deployment/data-encryption): `POST /encode` and
 * `POST /decode` of `{payloads: […]}`, the namespace in `X-Namespace`.
 */
export function codecAnswer({ origins, token }: Config, codecs: Codecs, namespace: string) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const from = header(request, 'origin');
    response.setHeader('vary', 'origin');
    // A page of anybody's that a browser of this machine shows could ask, too.
    if (from !== undefined && !origins.includes(from))
      return reply(response, refusal(403, 'This origin may not ask.'));
    if (from !== undefined) allow(response, from);
    const [, way] = /^\/(encode|decode)$/.exec(request.url ?? '') ?? [];
    if (way === undefined) return reply(response, refusal(404, 'There is no such place.'));
    if (request.method === 'OPTIONS' && from !== undefined) return end(response, 204);
    if (request.method !== 'POST') return reply(response, refusal(405, 'Not with this method.'));
    if (token !== undefined && !bears(token, request))
      return reply(response, refusal(401, 'The token is missing or wrong.'));
    return reply(response, await converted(request, way as Way, codecs, namespace));
  };
}

const reply = (response: ServerResponse, { status, body }: Reply): void => end(response, status, body);

function allow(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, x-namespace');
  response.setHeader('access-control-max-age', '600');
}

async function converted(
  request: IncomingMessage,
  way: Way,
  codecs: Codecs,
  otherwise: string,
): Promise<Reply> {
  // Temporal's command line sends an empty one for the default.
  const namespace = header(request, 'x-namespace') || otherwise;
  if (!/^[\w.-]{1,255}$/.test(namespace)) return refusal(400, 'X-Namespace is no name of a namespace.');
  const { body, whole } = await bodyOf(request, largest);
  if (!whole) return refusal(413, `It is larger than ${largest / 1024 / 1024} MB.`);
  const payloads = payloadsIn(fromJson(body.toString('utf8')));
  if (!payloads) return refusal(400, 'It is no {"payloads": […]} with metadata and data in base64.');
  try {
    const done = await convert(payloads, way, codecs(namespace));
    return { status: 200, body: { payloads: done.map((one): JsonPayload => written(one)) } };
  } catch (error) {
    const why = payloadTrouble(error);
    if (why === undefined) throw error;
    return refusal(400, why);
  }
}

async function convert(payloads: Payload[], way: Way, codecs: readonly PayloadCodec[]): Promise<Payload[]> {
  let now = payloads;
  if (way === 'encode') for (const codec of codecs) now = await codec.encode(now);
  else for (const codec of codecs.toReversed()) now = await codec.decode(now);
  return now;
}
