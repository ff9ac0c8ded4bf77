import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { name, sentence } from '../../language/schema/scalars.ts';
import { ConfigFailure, decidedBy, formed, parseConfig, port, secretReference } from './parse-config.ts';

const id = (letters: string) =>
  formed(`Slack's id, such as ${letters[0]}0123ABCD`, (written) =>
    new RegExp(`^[${letters}][A-Z0-9]+$`).test(written),
  );

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+(\/|$)/;
const common = {
  team: id('TE'),
  app: id('A'),
  channel: id('CG'),
  /** The token of the bot, `xoxb-…`. */
  botToken: secretReference,
  /** Where the people are. */
  roster: sentence,
  /** The file of the key by which this edge vouches for people; the roster knows it. */
  key: sentence,
  /** Where Slack's Web API is. */
  api: formed(
    'an address that begins with https://',
    (url) => URL.canParse(url) && (url.startsWith('https://') || loopback.test(url)),
  ).default('https://slack.com/api'),
  /** The runbooks whose runs the channel hears of; absent: all. */
  runbooks: z.exactOptional(z.array(sentence).min(1)),
  /** What may be started in the chat, by the name that is typed there. */
  start: z
    .record(
      name,
      z.strictObject({
        /** The runbook. */
        file: sentence,
        /** The site that was lost, and the site to recover at; absent: where there is one possibility only. */
        from: z.exactOptional(sentence),
        to: z.exactOptional(sentence),
        /** The isolated site; absent: the only one. */
        rehearseAt: z.exactOptional(sentence),
      }),
    )
    .default({}),
  /** Hosts that an answer may be sent to. */
  replyHosts: z.array(sentence).default(['hooks.slack.com']),
  /** Where the journal lies, and how far the telling has come; else in the state directory. */
  state: z.exactOptional(sentence),
};

const page = 'docs/chatops.md';
const mode = decidedBy('mode', ['http', 'socket']);

const schemas = {
  http: z.strictObject({
    mode: z.literal('http'),
    ...common,
    /** Proves that a request is Slack's. */
    signingSecret: secretReference,
    host: sentence.default('127.0.0.1'),
    port,
  }),
  socket: z.strictObject({
    mode: z.literal('socket'),
    ...common,
    /** The token of the app, `xapp-…`, with the scope `connections:write`. */
    appToken: secretReference,
  }),
};

/** How the chat is reached; secrets are read. */
export type Config = z.infer<(typeof schemas)[keyof typeof schemas]>;

/** Where secrets are, and what relative paths begin at. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/** Reads a configuration in YAML or JSON, and the secrets that it refers to. @throws ConfigFailure */
export function readConfig(text: string, around: Surroundings): Config {
  const data = parsed(text);
  const read = (name: string, reference: string) => secretFrom(name, reference, around);
  const path = (file: string) => resolve(around.directory, file);
  const common = {
    ...{ roster: path(data.roster), key: path(data.key), botToken: read('botToken', data.botToken) },
    ...(data.state !== undefined && { state: path(data.state) }),
    start: Object.fromEntries(
      Object.entries(data.start).map(([name, offer]) => [name, { ...offer, file: path(offer.file) }]),
    ),
  };
  return data.mode === 'http'
    ? { ...data, ...common, signingSecret: read('signingSecret', data.signingSecret) }
    : { ...data, ...common, appToken: read('appToken', data.appToken) };
}

function parsed(text: string): Config {
  const said = parseConfig(text, { schema: mode, standIns: {} }, page);
  const schema: z.ZodType<Config> = schemas[said['mode'] as Config['mode']];
  return parseConfig(text, { schema, standIns: {} }, page);
}

function secretFrom(name: string, reference: string, { env, directory }: Surroundings): string {
  const [, kind, place = ''] = /^(env|file):(.*)$/s.exec(reference) ?? [];
  const value = kind === 'env' ? (env[place] ?? '') : fileText(name, resolve(directory, place));
  if (value.trim() !== '') return value.trim();
  throw new ConfigFailure(`${name} is empty: ${reference} holds nothing. Nothing is started without it.`);
}

function fileText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigFailure(`${name} cannot be read: ${(cause as Error).message}`);
  }
}
