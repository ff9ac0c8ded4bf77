import { ActionFailure, type ActionContext } from '../action.ts';
import { mustBeUnused } from '../servers/obstacles.ts';
import { addressOf, type Listening } from '../servers/address.ts';
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
  await mustBeUnused(addressOf(input), context);
}
