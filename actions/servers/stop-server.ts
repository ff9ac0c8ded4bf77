import { proveSilent } from '../accepts-connections.ts';
import { ActionFailure, type ActionContext, type ActionResult } from '../action.ts';
import { endProcesses } from '../processes.ts';
import { serversOf } from './holders.ts';

export interface Stopping {
  readonly dataDirectory: string;
  readonly port?: number | undefined;
  /** Milliseconds for an orderly shutdown. */
  readonly grace: number;
}

/** TERM, and KILL after the grace: what was committed is in the log of either kind of server. Passes only on proof. */
export async function stopServer(
  { dataDirectory, port, grace }: Stopping,
  programs: readonly string[],
  context: ActionContext,
): Promise<ActionResult> {
  const found = serversOf(dataDirectory, programs);
  for (const { pid } of found) context.log(`stopping the server with pid ${pid}`);
  // Looked for again and again: what keeps watch over a server may start another.
  const living = await endProcesses(() => serversOf(dataDirectory, programs), grace);
  if (living.length > 0)
    throw new ActionFailure(
      `Process ${living.map(({ pid }) => pid).join(', ')} still works in ${dataDirectory}: it may belong to another user than the worker's, hang in the kernel, or be started anew by what watches over it (systemctl, mariadbd-safe). Stop that, or cut its host off.`,
      { findings: { value: false, stopped: false } },
    );
  if (port !== undefined) await proveSilent(`127.0.0.1:${port}`, context.signal);
  const figures = { stopped: true, alreadyStopped: found.length === 0 };
  return {
    outputs: figures,
    findings: { value: true, ...figures },
    found: { alreadyStopped: figures.alreadyStopped },
  };
}
