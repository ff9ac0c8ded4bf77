import { resolve } from 'node:path';
import { z } from 'zod';
import { duration, name, sentence as text } from '../../language/schema/scalars.ts';
import type { Surroundings } from '../chatops/config.ts';
import { ConfigFailure, parseConfig, port, secretReference } from '../chatops/parse-config.ts';
import { identityKinds } from './identity.ts';
import { readBearerToken, readSigningSecret } from './secret.ts';

const sender = z.strictObject({
  /** By which it signs. */
  secret: secretReference,
  /** How it knows people; by nothing else it may name them. */
  authenticates: z.array(z.enum(identityKinds)).min(1),
});

const trigger = z.strictObject({
  secret: z.exactOptional(secretReference),
  token: z.exactOptional(secretReference),
  runbook: text,
  from: z.exactOptional(text),
  to: z.exactOptional(text),
  /** Text as it is, or from a label of the alarm. */
  parameters: z
    .record(z.string(), z.union([text, z.strictObject({ label: text, default: z.exactOptional(text) })]))
    .default({}),
  /** Labels that must be equal. */
  match: z.record(z.string(), text).superRefine((labels, context) => {
    if (Object.keys(labels).length > 0) return;
    const message = '"match" needs at least one label that must be equal: every alarm would fit it.';
    context.addIssue({ code: 'custom', message, params: { code: 'MUSTER_CONFIG_VALUE' } });
  }),
  /** It starts nothing more for so long after a start. */
  quiet: duration.default(60 * 60_000),
});

const schema = z.strictObject({
  host: text.default('127.0.0.1'),
  port,
  /** Where the people are. */
  roster: text,
  /** The file of the key by which this edge vouches for people; the roster knows it. */
  key: text,
  /** Where the journal lies; else in the state directory. */
  state: z.exactOptional(text),
  senders: z.record(name, sender).default({}),
  triggers: z.record(name, trigger).default({}),
});

type Written = z.infer<typeof schema>;

/** Who sends decisions. Its secret is read: base64. */
export type Sender = Written['senders'][string];

/** An alarm that proposes. Exactly one of secret (base64) and token is there, and read. */
export type TriggerConfig = Written['triggers'][string];

export interface Config extends Omit<Written, 'senders' | 'triggers'> {
  readonly senders: Readonly<Record<string, Sender>>;
  readonly triggers: Readonly<Record<string, TriggerConfig>>;
}

/** Reads a configuration in YAML or JSON, and the secrets that it refers to. @throws ConfigFailure */
export function readConfig(written: string, around: Surroundings): Config {
  const data = parseConfig(written, { schema, standIns: {} }, 'docs/webhooks.md');
  const path = (file: string) => resolve(around.directory, file);
  const config = {
    ...data,
    ...{ roster: path(data.roster), key: path(data.key) },
    ...(data.state !== undefined && { state: path(data.state) }),
    senders: mapped(data.senders, (one, of) => ({
      ...one,
      secret: readSigningSecret(`senders.${of}.secret`, one.secret, around),
    })),
    triggers: mapped(data.triggers, (one, of) => ({
      ...one,
      ...{ runbook: path(one.runbook), ...proofOf(of, one, around) },
    })),
  };
  demandSomething(config);
  demandOwnSecrets(config);
  return config;
}

const mapped = <T, U>(record: Readonly<Record<string, T>>, change: (one: T, name: string) => U) =>
  Object.fromEntries(Object.entries(record).map(([key, one]) => [key, change(one, key)]));

function proofOf(of: string, { secret, token }: TriggerConfig, around: Surroundings) {
  if (secret !== undefined && token === undefined)
    return { secret: readSigningSecret(`triggers.${of}.secret`, secret, around) };
  if (token !== undefined && secret === undefined)
    return { token: readBearerToken(`triggers.${of}.token`, token, around) };
  throw new ConfigFailure(
    `triggers.${of}: needs a secret (it signs) or a token (it cannot), and one of them.`,
  );
}

function demandSomething({ senders, triggers }: Config): void {
  if (Object.keys(senders).length + Object.keys(triggers).length === 0)
    throw new ConfigFailure('There is neither a sender nor a trigger, so nobody could send anything.');
}

/** Who knows one secret must not pass for another, an alarm least of all for a sender who declares it. */
function demandOwnSecrets({ senders, triggers }: Config): void {
  const holders = new Map<string, string>();
  const all = [
    ...Object.entries(senders).map(([of, { secret }]) => [`senders.${of}`, secret] as const),
    ...Object.entries(triggers).map(
      ([of, { secret, token }]) => [`triggers.${of}`, secret ?? token!.replace(/^whsec_/, '')] as const,
    ),
  ];
  for (const [holder, secret] of all) {
    const other = holders.get(secret);
    if (other !== undefined)
      throw new ConfigFailure(`${other} and ${holder} have the same secret: each needs its own.`);
    holders.set(secret, holder);
  }
}
