import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { ActionFailure, type ActionContext, type ActionResult, type Run, type Settle } from '../action.ts';
import { spawnServer } from '../detach.ts';
import { readIdentity, writeIdentity } from '../identity-file.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { Secrets } from '../secret.ts';
import { serverStartedBy } from '../started-by.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** A program that cannot run (a port that is taken, a missing file) mostly ends within this time. */
const firstMomentMs = 300;

export const run: Run<Input> = async (input, context) => {
  const known = await readIdentity(input.identity);
  if (known && isAlive(known)) return started(known, true);
  const secrets = new Secrets();
  const server = await start(input, context, secrets);
  await writeIdentity(input.identity, server);
  await sleep(firstMomentMs, undefined, { signal: context.signal });
  if (!isAlive(server)) throw await endedAtOnce(input, secrets);
  return started(server, false);
};

/** A try that was killed may have started it without saying so in the file: that is made up for. */
export const settle: Settle<Input> = async ({ identity }, context) => {
  const known = await readIdentity(identity);
  if (known && isAlive(known)) return 'done';
  const begun = await serverStartedBy(context);
  if (!begun) return 'not-done';
  const { pid, startTicks, bootId } = begun;
  await writeIdentity(identity, { pid, startTicks, bootId });
  return started(begun, false);
};

async function start(input: Input, context: ActionContext, secrets: Secrets): Promise<ProcessIdentity> {
  const cwd = input.cwd ?? dirname(input.identity);
  await mkdir(dirname(input.identity), { recursive: true });
  try {
    return await spawnServer(input.argv, context, {
      env: await secrets.revealAll(input.env),
      cwd,
      log: logOf(input),
    });
  } catch (cause) {
    if (cause instanceof ActionFailure) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new ActionFailure(
      `Cannot start ${JSON.stringify(input.argv[0])} in ${cwd} (${code}). Is the program there, and the directory?`,
      { cause },
    );
  }
}

const logOf = ({ identity, log }: Input) => log ?? `${identity}.log`;

const started = ({ pid }: ProcessIdentity, alreadyRunning: boolean): ActionResult => ({
  outputs: { pid, alreadyRunning },
  findings: { value: pid, pid, alreadyRunning },
});

async function endedAtOnce(input: Input, secrets: Secrets): Promise<ActionFailure> {
  const said = secrets
    .redact(await readFile(logOf(input), 'utf8'))
    .slice(-1_000)
    .trim();
  return new ActionFailure(
    `${JSON.stringify(input.argv[0])} ended as soon as it was started. Its log ${logOf(input)} ends with: ${said || 'nothing'}`,
  );
}
