import { whyNoConnection } from '../accepts-connections.ts';
import { ActionFailure, type ActionContext } from '../action.ts';
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
  for (const address of addresses) {
    if ((await whyNoConnection(address, 1_000, context.signal)) !== undefined) continue;
    throw new ActionFailure(
      `Something answers at ${address} already (ss -ltnp shows what). Stop it, or restore to another port.`,
      { kind: 'terminal' },
    );
  }
}
