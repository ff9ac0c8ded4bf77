import { whyNoConnection } from '../accepts-connections.ts';
import { ActionFailure, type ActionContext } from '../action.ts';
import { runChild } from '../child-process.ts';
import { addressOf, type Listening } from './connection.ts';
import type { Account } from './account.ts';
import { findPostmaster } from './postmaster.ts';

/** @throws ActionFailure where a server runs in the data directory, or something answers at its port. */
export async function mustBeAbleToRun(
  input: Listening & { readonly dataDirectory: string },
  context: ActionContext,
): Promise<void> {
  const server = await findPostmaster(input.dataDirectory);
  if (server) {
    throw new ActionFailure(
      `A server runs in ${input.dataDirectory} (pid ${server.pid}). Stop it first, by postgres.stop.`,
    );
  }
  const address = addressOf(input);
  if ((await whyNoConnection(address, 1_000, context.signal)) !== undefined) return;
  throw new ActionFailure(
    `Something answers at ${address} already (ss -ltnp shows what). Stop it, or restore to another port.`,
  );
}

/** @throws ActionFailure where the server's account cannot enter or read one of the directories. */
export async function mustReach(
  account: Account,
  directories: readonly string[],
  context: ActionContext,
): Promise<void> {
  for (const directory of directories) {
    const { exit } = await runChild([...account.as, 'test', '-x', directory], context, { cwd: '/' });
    if (exit === 0) continue;
    throw new ActionFailure(
      `The server runs as ${account.name}, who cannot enter ${directory}. Choose a directory that this account may enter, or another account with runAs.`,
    );
  }
}
