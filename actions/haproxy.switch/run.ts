import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type ActionContext, ActionFailure, lookEvery, type Run, type Settle } from '../action.ts';
import { command, type HaproxyServer, serversOf } from '../haproxy/runtime.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/**
 * New servers first, old ones last: there is no moment in which nobody serves. Until the new ones are healthy nothing is
 * taken away from the old; where they do not become so they are put back as they were.
 */
export const run: Run<Input> = async (input, context) => {
  const { to } = input;
  const before = await servers(input, context);
  mustKnow(input, before);
  const set = (server: string, what: string) =>
    command(input.socket, `set server ${input.backend}/${server} ${what}`, context.signal);
  const fresh = before.filter(({ name, state, up }) => to.includes(name) && !(state === 'ready' && up));
  await proveHealthy(input, fresh, context).catch(async (error: unknown) => {
    for (const { name, state } of fresh) await set(name, `state ${state}`);
    throw error;
  });
  for (const { name } of fresh) await set(name, 'state ready');
  const old = before.filter(({ name, state }) => !to.includes(name) && state !== 'maint');
  for (const { name } of old) await set(name, 'state drain');
  const cut = await emptied(input, old, context);
  for (const { name } of old) await set(name, 'state maint');
  if (cut > 0)
    for (const { name } of old)
      await command(input.socket, `shutdown sessions server ${input.backend}/${name}`, context.signal);
  const now = await servers(input, context);
  if (!isDone(input, now)) throw new ActionFailure(`HAProxy did not keep what it was told: ${words(now)}.`);
  const figures = { before: words(before), now: words(now), cut };
  return { outputs: figures, findings: { value: figures.now, ...figures } };
};

export const settle: Settle<Input> = async (input, context) => {
  const now = await servers(input, context);
  if (isDone(input, now)) return 'done';
  return now.some(({ name, state }) => input.to.includes(name) && state === 'ready') ? 'partial' : 'not-done';
};

const servers = ({ socket, backend }: Input, { signal }: ActionContext) => serversOf(socket, backend, signal);

const isDone = ({ to }: Input, now: readonly HaproxyServer[]): boolean =>
  now.every(({ name, state, up }) => (to.includes(name) ? state === 'ready' && up : state === 'maint'));

/** `east ready, west maint`: as people and a rollback read it. */
const words = (all: readonly HaproxyServer[]): string =>
  all.map(({ name, state }) => `${name} ${state}`).join(', ');

function mustKnow({ backend, to }: Input, all: readonly HaproxyServer[]): void {
  const names = all.map(({ name }) => name);
  const unknown = to.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new ActionFailure(
    `The backend ${backend} has no server ${unknown.join(', ')}. It has ${names.join(', ')}. Nothing was changed.`,
    { kind: 'terminal' },
  );
}

/**
 * What comes out of maintenance HAProxy holds for healthy until checks have failed, and sends customers there. So it is drained,
 * called down, and has to pass its checks before it gets any.
 */
async function proveHealthy(
  input: Input,
  fresh: readonly HaproxyServer[],
  context: ActionContext,
): Promise<void> {
  for (const { name, checked } of fresh) {
    const server = `set server ${input.backend}/${name}`;
    await command(input.socket, `${server} state drain`, context.signal);
    if (checked) await command(input.socket, `${server} health down`, context.signal);
  }
  for (
    const end = performance.now() + input.healthy;
    ;
    await sleep(lookEvery, undefined, { signal: context.signal })
  ) {
    const sick = (await servers(input, context)).filter(({ name, up }) => input.to.includes(name) && !up);
    if (sick.length === 0) return;
    context.progress({ doing: `waiting for ${sick.map(({ name }) => name).join(', ')} to be healthy` });
    if (performance.now() < end) continue;
    throw new ActionFailure(
      `${sick.map(({ name }) => name).join(', ')} did not pass the health checks of HAProxy. Traffic goes where it went before. Look at the new servers.`,
    );
  }
}

/** @returns how many sessions were left when the time was over. */
async function emptied(input: Input, old: readonly HaproxyServer[], context: ActionContext): Promise<number> {
  const most = old.reduce((sum, { sessions }) => sum + sessions, 0);
  for (
    const end = performance.now() + input.drain;
    ;
    await sleep(lookEvery, undefined, { signal: context.signal })
  ) {
    const left = (await servers(input, context))
      .filter(({ name }) => old.some((one) => one.name === name))
      .reduce((sum, { sessions }) => sum + sessions, 0);
    context.progress({
      done: Math.max(0, most - left),
      total: most,
      doing: `draining, ${left} sessions left`,
    });
    if (left === 0 || performance.now() >= end) return left;
  }
}
