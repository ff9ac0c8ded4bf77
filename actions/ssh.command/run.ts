import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type ActionContext, ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import { CapturedOutput } from '../captured-output.ts';
import { canonical } from '../../core/canonical.ts';
import { Secrets } from '../secret.ts';
import { forgetIdentity, identityFile, nameOf, type SshHost } from '../ssh/client.ts';
import { follow, type Followed, type Known } from '../ssh/follow.ts';
import { halt } from '../ssh/halt.ts';
import { keepCall, keptCall, nextName } from '../ssh/kept-calls.ts';
import { type Asked, type FarCommand, lookOrder, startOrder } from '../ssh/order.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

const outputLimit = 4_000;

/** Starts the command there, or goes on with it, and follows it to its end. A stop ends it there first. */
export const run: Run<Input> = (input, context) =>
  withHost(input, context, async (to, secrets) => {
    const command = await commandOf(input, nextName(context, await keptCall(context)), secrets, context);
    const known = { sent: false, heard: false };
    const order = (asked: Asked) => startOrder(command, context, asked);
    try {
      return await resultOf({ input, to, command, known, order, secrets }, context);
    } catch (error) {
      if (context.signal.aborted && known.sent) await halt(to, command, context);
      throw error;
    }
  });

/** Looks there what became of the newest call, and waits for its end where it is still at work. */
export const settle: Settle<Input> = async (input, context) => {
  const call = await keptCall(context);
  await forgetIdentity(context);
  if (!call) return 'not-done';
  return withHost(input, context, async (to, secrets) => {
    const command = await commandOf(input, call.name, secrets, context);
    const known = { sent: true, heard: call.heard };
    const order = (asked: Asked) => lookOrder(command, asked);
    try {
      return await resultOf({ input, to, command, known, order, secrets }, context);
    } catch (error) {
      if (error instanceof NeverBegan) return 'not-done';
      throw error;
    }
  });
};

async function withHost<T>(
  input: Input,
  context: ActionContext,
  work: (to: SshHost, secrets: Secrets) => Promise<T>,
): Promise<T> {
  const secrets = new Secrets();
  try {
    const { identity } = input;
    const key = identity === undefined ? {} : { identity: await identityFile(identity, secrets, context) };
    return await work({ ...input, ...key }, secrets);
  } finally {
    await forgetIdentity(context);
  }
}

async function commandOf(
  { argv, script, shell, cwd, env, directory = '' }: Input,
  name: string,
  secrets: Secrets,
  context: ActionContext,
): Promise<FarCommand> {
  const call = argv ?? [shell, '-eu', '-c', script!];
  // Over the references, not over what they lead to: a secret that was changed since does not make it another call.
  const digest = createHash('sha256')
    .update(canonical({ argv: call, cwd, env }))
    .digest('hex');
  const intent = { run: context.run, try: name, action: 'ssh.command', digest: `sha256:${digest}` };
  return {
    run: context.run,
    name,
    earlier: context.try.replace(/\d+$/, ''),
    directory,
    intent: JSON.stringify(intent),
    argv: call,
    cwd,
    env: await secrets.revealAll(env),
  };
}

interface Call {
  readonly input: Input;
  readonly to: SshHost;
  readonly command: FarCommand;
  readonly known: Known;
  readonly order: (asked: Asked) => Promise<string>;
  readonly secrets: Secrets;
}

async function resultOf(
  { input: { lostAfter }, to, command: { name }, known, order, secrets }: Call,
  context: ActionContext,
): Promise<ActionResult> {
  const output = new CapturedOutput({
    log: context.log.bind(context),
    redact: secrets.redact.bind(secrets),
  });
  const keep = (what: Known) => keepCall({ ...what, name }, context);
  const over = await follow({ to, order, known, keep, lostAfter, output }, context);
  const exit = exitOf(over, to);
  const { directory, size: bytes, sha256 } = over;
  context.log(`muster: ${nameOf(to)}:${directory}/log, ${bytes} bytes, sha256:${sha256}`);
  const [text, whole] = [output.text(outputLimit), output.whole()?.trim()];
  const short = whole !== undefined && whole.length <= outputLimit;
  return {
    outputs: { exit, directory, bytes, sha256, ...(short && { output: whole }) },
    findings: { value: text.trim(), exit, output: text, bytes },
  };
}

/** It was ordered that it shall not begin, and it had not. */
class NeverBegan extends ActionFailure {}

/** @throws ActionFailure where its end was not written down, or was no end of its own. */
function exitOf({ state, exit, began, directory }: Followed, to: SshHost): number {
  const where = `${nameOf(to)}:${directory}`;
  if (state === 'ended' && exit !== undefined) return exit;
  if (state === 'stopped' && began === 'no')
    throw new NeverBegan(`The command was stopped before it began. See ${where}`);
  if (state === 'stopped') throw new ActionFailure(`The command was stopped on order. See ${where}`);
  const why = began === 'before-reboot' ? 'that host was restarted since it began' : 'nothing of it lives';
  throw new ActionFailure(
    `Nothing wrote down how the command ended: ${why}. Look at ${where} before deciding`,
    {
      kind: 'unknown',
    },
  );
}
