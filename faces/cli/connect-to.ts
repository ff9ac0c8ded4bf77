import { hostname } from 'node:os';
import { connectRuns } from '../../client/connect.ts';
import type { Runs } from '../../client/runs.ts';
import { hostOf, keywordAttributes } from '../../client/this-machine.ts';
import { ensureLocal } from '../../local/ensure-local.ts';
import type { Settings } from './cli.ts';

/** Connects to the configured service, or to the one of this machine, which is started where it does not run. */
export async function connectTo(settings: Settings, onProgress: (line: string) => void): Promise<Runs> {
  const { address, namespace } = settings;
  const flags = {
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  const temporal = await ensureLocal({ onProgress, searchAttributes: keywordAttributes, flags });
  const { connectionOptions, hostId } = temporal;
  return connectRuns({
    connectionOptions,
    namespace: temporal.namespace,
    // One machine, one worker: its runs are bound to it from the start, which spares an activity for each.
    ...(temporal.source === 'embedded' ? { host: hostOf(hostId, hostname()) } : {}),
  });
}
