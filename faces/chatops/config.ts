import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** The configuration cannot be used; the message says why and what to do. */
export class ConfigFailure extends Error {
  override readonly name = 'ConfigFailure';
}

const secret = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/,
    'write env:NAME or file:PATH; a secret does not stand in here',
  );
const id = (letter: string) =>
  z.string().regex(new RegExp(`^${letter}[A-Z0-9]+$`), `Slack's id, such as ${letter}0123ABCD`);

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+(\/|$)/;
const common = {
  team: id('[TE]'),
  app: id('A'),
  channel: id('[CG]'),
  /** The token of the bot, `xoxb-…`. */
  botToken: secret,
  /** Where the people are. */
  roster: z.string().min(1),
  /** The file of the key by which this edge vouches for people; the roster knows it. */
  key: z.string().min(1),
  /** Where Slack's Web API is. */
  api: z
    .url()
    .refine((url) => url.startsWith('https://') || loopback.test(url), 'must be https')
    .default('https://slack.com/api'),
  /** The runbooks whose runs the channel hears of; absent: all. */
  runbooks: z.array(z.string().min(1)).min(1).optional(),
  /** What may be started in the chat, by the name that is typed there. */
  start: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and -'),
      z.strictObject({
        /** The runbook. */
        file: z.string().min(1),
        /** The site that was lost, and the site to recover at; absent: where there is one possibility only. */
        from: z.string().min(1).optional(),
        to: z.string().min(1).optional(),
        /** The isolated site; absent: the only one. */
        rehearseAt: z.string().min(1).optional(),
      }),
    )
    .default({}),
  /** Hosts that an answer may be sent to. */
  replyHosts: z.array(z.string()).default(['hooks.slack.com']),
  /** Where the journal lies, and how far the telling has come; else in the state directory. */
  state: z.string().min(1).optional(),
};

const schema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('http'),
    ...common,
    /** Proves that a request is Slack's. */
    signingSecret: secret,
    host: z.string().default('127.0.0.1'),
    port: z.int().min(0).max(65_535),
  }),
  z.strictObject({
    mode: z.literal('socket'),
    ...common,
    /** The token of the app, `xapp-…`, with the scope `connections:write`. */
    appToken: secret,
  }),
]);

/** How the chat is reached; secrets are read. */
export type Config = z.infer<typeof schema>;

/** Where secrets are, and what relative paths begin at. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/** Reads a configuration in YAML or JSON, and the secrets that it refers to. @throws ConfigFailure */
export function readConfig(text: string, around: Surroundings): Config {
  const { data, error } = schema.safeParse(valueOf(text));
  if (!data) {
    const lines = error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
    throw new ConfigFailure(`The configuration is wrong:\n  ${lines.join('\n  ')}`);
  }
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

function valueOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (cause) {
    throw new ConfigFailure(`The configuration is neither YAML nor JSON: ${(cause as Error).message}`);
  }
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
