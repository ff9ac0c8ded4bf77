import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Runs } from '../../client/runs.ts';
import { ClientFailure } from '../../client/failure.ts';
import { fromJson } from '../chatops/slack/json.ts';
import { bodyOf, end, header } from '../http/serve.ts';
import { binaryCloudEvent, readAlertmanager, readCloudEvent } from './alarm.ts';
import type { Config, TriggerConfig } from './config.ts';
import type { Decisions } from './decisions.ts';
import { openAsks } from './open-asks.ts';
import { refusal, reply, type Reply } from './reply.ts';
import { bears, forgeryOf, signedHeaders, type SignedHeaders } from './signature.ts';
import type { Trigger } from './trigger.ts';

export interface EntranceOptions {
  readonly config: Config;
  readonly decisions: Decisions;
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly runs: () => Runs;
  readonly refuse: (why: string, body: Buffer, from?: string) => void;
  readonly onProblem: (problem: unknown) => void;
}

/** A decision is a few lines; a storm of alarms in one message is not. */
const largestDecision = 64 * 1024;
const largestAlarm = 1024 * 1024;
const json = /^application\/json(; ?charset=utf-8)?$/i;
const event = /^application\/cloudevents\+json(; ?charset=utf-8)?$/i;

/** Where requests come in: bounded, proved, and then read. Whatever is refused is journalled. */
export class Entrance {
  private readonly options: EntranceOptions;

  constructor(options: EntranceOptions) {
    this.options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.replyTo(request);
    end(response, status, body);
  }

  private replyTo(request: IncomingMessage): Promise<Reply> | Reply {
    const route = `${request.method} ${request.url}`;
    if (route === 'POST /v1/decisions') return this.decision(request);
    if (route === 'GET /v1/asks') return this.asks(request);
    const [, method, name = ''] = /^(\w+) \/v1\/triggers\/([a-z0-9-]+)$/.exec(route) ?? [];
    const trigger = this.options.triggers.get(name);
    if (trigger && method === 'POST') return this.alarm(request, name, trigger);
    const known = trigger !== undefined || /^\w+ \/v1\/(decisions|asks)$/.test(route);
    return known ? refusal(405, 'Not with this method.') : refusal(404, 'There is no such place.');
  }

  private async decision(request: IncomingMessage): Promise<Reply> {
    const read = await this.read(request, largestDecision, json);
    if ('status' in read) return read;
    const sender = this.senderOf(request, read.body);
    return 'status' in sender ? sender : this.options.decisions.take({ ...sender, body: read.body });
  }

  private async asks(request: IncomingMessage): Promise<Reply> {
    const read = await this.read(request, 0);
    if ('status' in read) return read;
    const sender = this.senderOf(request, read.body);
    if ('status' in sender) return sender;
    try {
      return reply(200, { asks: await openAsks(this.options.runs()) });
    } catch (error) {
      if (!(error instanceof ClientFailure)) throw error;
      this.options.onProblem(error);
      return refusal(503, error.message);
    }
  }

  private async alarm(request: IncomingMessage, name: string, trigger: Trigger): Promise<Reply> {
    const { secret, token } = this.options.config.triggers[name]!;
    // A token is looked at before anything is read.
    if (token !== undefined && !bears(token, request)) return this.refused(request, 401, 'forged');
    const read = await this.read(request, largestAlarm, json, event);
    if ('status' in read) return read;
    const { body } = read;
    const headers = signedHeaders(request);
    if (secret !== undefined) {
      const forgery = headers ? forgeryOf(secret, headers, body) : 'unsigned';
      if (forgery) return this.refused(request, 401, forgery, body);
    }
    const alarms = alarmsIn(request, body, this.options.config.triggers[name]!);
    if (typeof alarms === 'string') return this.refused(request, 400, alarms, body);
    return trigger.take(alarms);
  }

  /** The body, if it is not too large and of one of the types. */
  private async read(
    request: IncomingMessage,
    largest: number,
    ...types: readonly RegExp[]
  ): Promise<{ readonly body: Buffer } | Reply> {
    const { body, whole } = await bodyOf(request, largest);
    if (!whole) return this.refused(request, 413, 'too-large', body);
    const type = header(request, 'content-type') ?? '';
    if (types.length > 0 && !types.some((one) => one.test(type)))
      return this.refused(request, 415, 'content-type', body);
    return { body };
  }

  /** Whose signature it is. */
  private senderOf(request: IncomingMessage, body: Buffer) {
    const headers: SignedHeaders | undefined = signedHeaders(request);
    if (!headers) return this.refused(request, 401, 'unsigned', body);
    const tried = Object.entries(this.options.config.senders).map(
      ([from, sender]) => ({ from, sender, forgery: forgeryOf(sender.secret, headers, body) }) as const,
    );
    const proved = tried.find(({ forgery }) => forgery === undefined);
    if (proved) return { from: proved.from, sender: proved.sender, id: headers.id };
    return this.refused(request, 401, tried[0]?.forgery ?? 'forged', body);
  }

  private refused(request: IncomingMessage, status: number, why: keyof typeof words, body?: Buffer): Reply {
    this.options.refuse(why, body ?? Buffer.alloc(0), request.socket.remoteAddress);
    return refusal(status, words[why]);
  }
}

/** What was said of alarms, or why it is none. */
function alarmsIn(request: IncomingMessage, body: Buffer, { secret }: TriggerConfig) {
  const payload = fromJson(body.toString('utf8'));
  const type = header(request, 'content-type') ?? '';
  if (event.test(type)) return readCloudEvent(payload) ?? 'malformed';
  if (request.headers['ce-specversion'] === undefined) return readAlertmanager(payload) ?? 'malformed';
  // The signature covers the body alone, and this mode has what matters in headers.
  if (secret !== undefined) return 'unsigned-headers';
  return readCloudEvent(binaryCloudEvent(request.headers, payload)) ?? 'malformed';
}

const words = {
  unsigned: 'It is not signed: webhook-id, webhook-timestamp and webhook-signature.',
  skewed: 'Its timestamp is more than five minutes off.',
  forged: 'Its proof is wrong.',
  'too-large': 'It is too large.',
  'content-type': 'Its content type is not taken here.',
  malformed: 'It is neither what Alertmanager sends (version 4) nor a CloudEvent (1.0).',
  'unsigned-headers': 'A signed CloudEvent must be structured: the signature covers no ce- header.',
} as const;
