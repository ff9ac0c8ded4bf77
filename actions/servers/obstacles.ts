import { whyNoConnection } from '../accepts-connections.ts';
import { ActionFailure, type ActionContext } from '../action.ts';
import { runChild } from '../child-process.ts';
import type { Account } from './account.ts';
import { serversOf } from './holders.ts';

/** @throws ActionFailure where a server works in the data directory, or something answers at one of the addresses. */
export async function mustBeFree(
  { dataDirectory, addresses }: { readonly dataDirectory: string; readonly addresses: readonly string[] },
  programs: readonly string[],
  context: ActionContext,
): Promise<void> {
  const [server] = serversOf(dataDirectory, programs);
  if (server)
    throw new ActionFailure(
      `A server works in ${dataDirectory} (pid ${server.pid}). Stop it first: a restore never pulls the data from under one.`,
      { kind: 'terminal' },
    );
  for (const address of addresses) await mustBeUnused(address, context);
}

/** @throws ActionFailure where something answers at an address. */
export async function mustBeUnused(address: string, { signal }: ActionContext): Promise<void> {
  if ((await whyNoConnection(address, 1_000, signal)) !== undefined) return;
  throw new ActionFailure(
    `Something answers at ${address} already (ss -ltnp shows what). Stop it, or restore to another port.`,
    { kind: 'terminal' },
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
