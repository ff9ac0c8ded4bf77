import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { clientOptions } from './client-options.ts';
import { explain } from './explain.ts';
import { makeRuns } from './make-runs.ts';
import type { PayloadKeys } from './payload-keys.ts';
import type { Runs } from './runs.ts';
import type { Sign } from './service.ts';
import type { Host } from '../core/change.ts';

export interface ConnectOptions {
  readonly connectionOptions: ConnectionOptions;
  readonly namespace: string;
  /** The worker host that new runs are bound to; absent: a worker of the shared queue binds them. */
  readonly host?: Host;
  readonly sign?: Sign;
  /** What payloads are encrypted with; absent: nothing. */
  readonly payloadKeys?: PayloadKeys | undefined;
}

/** How long a service may take to answer before it counts as unreachable. */
const connectTimeout = '10 seconds';

/** Connects to Temporal. Throws a `ClientFailure` (`unreachable`, `not-allowed`) with words for people. */
export async function connectRuns({
  connectionOptions,
  namespace,
  host,
  sign,
  payloadKeys,
}: ConnectOptions): Promise<Runs> {
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await Connection.connect({ connectTimeout, ...connectionOptions }).catch(
    (error: unknown) => {
      throw explain(error, `Temporal at ${address} does not answer. Is it up? \`muster doctor\` looks.`);
    },
  );
  const client = new Client({ connection, ...clientOptions(namespace, payloadKeys) });
  return makeRuns({ client, namespace, address, ...(host && { host }), ...(sign && { sign }) });
}
