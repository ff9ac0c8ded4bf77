import { join } from 'node:path';
import type { z } from 'zod';
import type { Json, Scalar } from '../../core/value.ts';
import { type ActionContext, ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import { replaceDurably } from '../durable.ts';
import { exists } from '../exists.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import { Secrets } from '../secret.ts';
import type { description } from './describe.ts';
import { type Answer, connected, exchange, type Message } from './exchange.ts';
import { forgetKey, keyOf } from './key.ts';
import { pickedFrom } from './pick.ts';
import { isRefusal, kindOf } from './refusal.ts';

type Input = z.output<typeof description.input>;

const outputLimit = 4_000;
const saidLimit = 500;

/** In the step's directory, from the moment before the first byte is sent: without it nothing was. */
const sendingFile = ({ workDirectory }: ActionContext): string => join(workDirectory, 'sending');

/** One request is sent at most once in a try; until it is sent, the server may be tried again and again. */
export const run: Run<Input> = async (input, context) => {
  const { signal } = context;
  const secrets = new Secrets();
  const key = input.key ?? (await keyOf(context));
  const message = await messageOf(input, key, secrets);
  const socket = await connected(message, input.connect, signal);
  await replaceDurably(sendingFile(context), '');
  const answer = await exchange(message, { socket, timeout: input.timeout, signal });
  const said = secrets.redact(answer.body.toString(), { end: answer.cut !== undefined });
  const findings = { value: answer.status, status: answer.status, body: said };
  if (!isAccepted(input, answer)) {
    if (isRefusal(answer.status)) await forgetKey(context);
    throw refused(message, answer, { said, findings });
  }
  const picked = pickedFrom(message, answer, { said, pick: input.pick });
  const outputs = { status: answer.status, body: said.slice(0, outputLimit), key, ...picked };
  const result: ActionResult = { outputs, findings };
  await keepResult(result, context);
  return result;
};

export const settle: Settle<Input> = async ({ lookAt, connect, timeout }, context) => {
  if (!(await exists(sendingFile(context)))) return 'not-done';
  const kept = await keptResult(context);
  if (kept !== 'done') return kept;
  if (!lookAt)
    throw new ActionFailure(
      'The step has no lookAt, so nobody but people can see whether the request was carried out.',
    );
  const { signal } = context;
  const secrets = new Secrets();
  const { contains } = lookAt;
  const message = {
    ...{ method: 'GET', shown: lookAt.url, body: undefined },
    url: urlOf(await secrets.reveal(lookAt.url), lookAt.url),
    headers: await secrets.revealAll(lookAt.headers),
  };
  const socket = await connected(message, connect, signal);
  const { status, body } = await exchange(message, { socket, timeout, signal });
  if (status === 404 || status === 410) return 'not-done';
  if (status >= 200 && status < 300)
    return contains === undefined || body.includes(contains) ? 'done' : 'not-done';
  throw new ActionFailure(`${lookAt.url} was answered ${status}, which does not say whether it was done.`);
};

async function messageOf(input: Input, key: string, secrets: Secrets): Promise<Message> {
  const { url, method, headers, body, json, keyHeader } = input;
  if (body !== undefined && json !== undefined)
    throw new ActionFailure('There is both body and json, and one request has one body.', {
      kind: 'terminal',
    });
  const sent =
    json === undefined
      ? body && (await secrets.reveal(body))
      : JSON.stringify(await revealed(json as Json, secrets));
  return {
    method,
    url: urlOf(await secrets.reveal(url), url),
    shown: url,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(await secrets.revealAll(headers)),
      'content-length': String(Buffer.byteLength(sent ?? '')),
      [keyHeader]: key,
    },
    body: sent,
  };
}

async function revealed(json: Json, secrets: Secrets): Promise<Json> {
  if (typeof json === 'string') return secrets.reveal(json);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return Promise.all(json.map((one: Json) => revealed(one, secrets)));
  const entries = Object.entries(json).map(
    async ([key, one]) => [key, await revealed(one, secrets)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function urlOf(text: string, shown: string): URL {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw new ActionFailure(`${shown} is no address that begins with http:// or https://.`, {
    kind: 'terminal',
  });
}

const isAccepted = ({ status }: Input, { status: found }: Answer): boolean =>
  status === undefined ? found >= 200 && found < 300 : status.includes(found);

function refused(
  { method, shown }: Message,
  { status, location }: Answer,
  { said, findings }: { said: string; findings: Readonly<Record<string, Scalar>> },
): ActionFailure {
  const kind = kindOf(status);
  const means =
    kind === 'unknown'
      ? 'A server in between had no answer: it may have been carried out, or not.'
      : location === undefined
        ? ''
        : 'Redirects are not followed, they would take the secrets along: name the address itself.';
  const words = said.trim() === '' ? 'It said nothing.' : `It said: ${said.slice(0, saidLimit)}`;
  return new ActionFailure(`${method} ${shown} was answered ${status}. ${means}${means ? ' ' : ''}${words}`, {
    kind,
    findings,
  });
}
