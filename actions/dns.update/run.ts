import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type ActionContext, ActionFailure, lookEvery, type Run, type Settle } from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { type Answer, inWords, inZone, lookUp, reaches, serialOf, split } from '../dns/lookup.ts';
import { Secrets } from '../secret.ts';
import { type description, nsupdateExits } from './describe.ts';

type Input = z.output<typeof description.input>;

/** Said to the primary, seen at every server, waited for in the caches. Where it is so already nothing is said. */
export const run: Run<Input> = async (written, context) => {
  const input = exact(written);
  const before = await lookUp(input.server, input, context);
  if (!isNew(input, before)) {
    mustReplace(input, before);
    await update(input, context);
  }
  const serial = await spread(input, context);
  if (input.waitForTtl && !isNew(input, before)) await forgotten((before.ttl ?? 0) * 1_000, context);
  const figures = { before: inWords(before.values), now: inWords(sorted(input.values)), serial };
  return {
    outputs: { ...figures, beforeTtl: before.ttl ?? 0 },
    findings: { value: figures.now, ...figures },
  };
};

export const settle: Settle<Input> = async (written, context) => {
  const input = exact(written);
  const answers = await Promise.all(serversOf(input).map((server) => lookUp(server, input, context)));
  const there = answers.filter((answer) => isNew(input, answer)).length;
  return there === answers.length ? 'done' : there === 0 ? 'not-done' : 'partial';
};

const exact = (input: Input): Input => ({
  ...input,
  values: input.values.map((value) => inZone(input.type, value)),
  ...(input.replaces && { replaces: input.replaces.map((value) => inZone(input.type, value)) }),
});

const serversOf = ({ server, servers = [] }: Input): string[] => [...new Set([server, ...servers])];
const sorted = (values: readonly string[]): string[] => [...values].sort((a, b) => (a < b ? -1 : 1));
const isNew = ({ values }: Input, answer: Answer): boolean =>
  inWords(sorted(values)) === inWords(answer.values);

function mustReplace({ replaces, name, type, server }: Input, { values }: Answer): void {
  if (replaces === undefined || inWords(sorted(replaces)) === inWords(values)) return;
  throw new ActionFailure(
    `${name} ${type} is ${inWords(values)} at ${server}, and not ${inWords(replaces)}: somebody has changed it. Nothing was changed here.`,
    { kind: 'terminal' },
  );
}

/** The key goes by a file that only the worker may read; what the record must be before the server checks once more. */
async function update(input: Input, context: ActionContext): Promise<void> {
  const { server, zone, name, type, values, ttl, replaces, key, algorithm } = input;
  const secrets = new Secrets();
  const secret = await secrets.reveal(input.secret);
  // nsupdate would show what it cannot read.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(secret))
    throw new ActionFailure(`The secret of the key ${key} is not in base64, as tsig-keygen writes it.`, {
      kind: 'terminal',
    });
  const keyFile = join(context.workDirectory, 'tsig.key');
  const lines = [
    `server ${split(server).join(' ')}`,
    `zone ${zone}`,
    ...(replaces ?? []).map((value) => `prereq yxrrset ${name} ${type} ${value}`),
    `update delete ${name} ${type}`,
    ...values.map((value) => `update add ${name} ${ttl} ${type} ${value}`),
    'send',
  ];
  try {
    await writeFile(keyFile, `key "${key}" { algorithm ${algorithm}; secret "${secret}"; };\n`, {
      mode: 0o600,
    });
    await runOrFail(['nsupdate', '-t', '10', '-k', keyFile], context, {
      doing: `Updating ${name} ${type} at ${server}`,
      secrets,
      codes: nsupdateExits,
      stdin: `${lines.join('\n')}\n`,
    });
  } finally {
    await rm(keyFile, { force: true });
  }
}

/** @returns the serial of the primary, which all servers have reached. */
async function spread(input: Input, context: ActionContext): Promise<number> {
  const { server, zone } = input;
  const serial = await serialOf(server, zone, context);
  for (
    const end = performance.now() + input.spread;
    ;
    await sleep(lookEvery, undefined, { signal: context.signal })
  ) {
    const behind = await Promise.all(serversOf(input).map((one) => whyBehind(one, input, serial, context)));
    const words = behind.filter((why) => why !== undefined);
    if (words.length === 0) return serial;
    context.progress({ doing: `waiting for ${words.length} of ${behind.length} name servers` });
    if (performance.now() < end) continue;
    throw new ActionFailure(
      `The primary has the record, but not all name servers: ${words.join('; ')}. Customers get one or the other. Look at their transfers of the zone.`,
    );
  }
}

async function whyBehind(
  server: string,
  input: Input,
  serial: number,
  context: ActionContext,
): Promise<string | undefined> {
  try {
    const answer = await lookUp(server, input, context);
    if (!isNew(input, answer)) return `${server} says ${inWords(answer.values)}`;
    const own = await serialOf(server, input.zone, context);
    return reaches(own, serial) ? undefined : `${server} has the serial ${own}, not ${serial}`;
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    return error.message;
  }
}

/** From now on, for until now a cache could get the old record from a server that was behind. */
async function forgotten(ttlMs: number, context: ActionContext): Promise<void> {
  const since = performance.now();
  for (;;) {
    const done = Math.min(ttlMs, performance.now() - since);
    const left = Math.ceil((ttlMs - done) / 1_000);
    if (left <= 0) return;
    context.progress({ doing: `caches forget the old record in ${left} s` });
    await sleep(Math.min(1_000, ttlMs - done), undefined, { signal: context.signal });
  }
}
