import { hostname } from 'node:os';
import { connectRuns } from '../../client/connect.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import { readPayloadKeys } from '../../client/payload-keys.ts';
import { hostOf, keywordAttributes } from '../../client/this-machine.ts';
import { ensureLocal, reviveLocal, type EnsureOptions, type Temporal } from '../../local/ensure-local.ts';
import { LocalFailure, ServiceStopped } from '../../local/local-failure.ts';
import { musterHome } from '../../local/home.ts';
import { serviceThere } from '../../local/service-there.ts';
import type { RunsThere, Settings } from './cli.ts';
import { flagsOf } from './service-flags.ts';

export interface Connected {
  readonly runs: Runs;
  readonly temporal: Temporal;
}

/**
 * Connects to the configured service, or to the one of this machine, which is started where it does not run. Where it
 * was up `before` and was stopped on purpose since, it stays down.
 * @throws ClientFailure `unreachable` where there is none and none can be had; `ServiceStopped`.
 */
export async function connectTo(
  settings: Settings,
  onProgress: EnsureOptions['onProgress'],
  before?: Temporal,
): Promise<Connected> {
  const temporal = await ensured(settings, onProgress, before);
  const { source, namespace, connectionOptions, hostId, home } = temporal;
  const payloadKeys = await readPayloadKeys(home, process.env['MUSTER_PAYLOAD_KEYS']);
  // One machine, one worker: its runs are bound to it from the start, which spares an activity for each system.
  const host = source === 'embedded' ? { host: hostOf(hostId, hostname()) } : {};
  return { runs: await connectRuns({ connectionOptions, namespace, payloadKeys, ...host }), temporal };
}

/** Connects to the service that the state directory belongs to, and starts none; undefined where there is none. @throws ClientFailure */
export async function connectToThere(settings: Settings): Promise<RunsThere | undefined> {
  const there = serviceThere(flagsOf(settings));
  if (!there) return undefined;
  const { connectionOptions, namespace, differs } = there;
  const payloadKeys = await readPayloadKeys(musterHome(), process.env['MUSTER_PAYLOAD_KEYS']);
  const runs = await connectRuns({ connectionOptions, namespace, payloadKeys });
  return { runs, ...(differs !== undefined && { differs }) };
}

async function ensured(
  settings: Settings,
  onProgress: EnsureOptions['onProgress'],
  before: Temporal | undefined,
): Promise<Temporal> {
  const options = { onProgress, searchAttributes: keywordAttributes, flags: flagsOf(settings) };
  try {
    return await (before ? reviveLocal(options, before) : ensureLocal(options));
  } catch (failure) {
    if (failure instanceof LocalFailure && !(failure instanceof ServiceStopped))
      throw new ClientFailure('unreachable', failure.message, failure);
    throw failure;
  }
}
