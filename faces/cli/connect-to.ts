import { hostname } from 'node:os';
import { connectRuns } from '../../client/connect.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import { hostOf, keywordAttributes } from '../../client/this-machine.ts';
import { ensureLocal, type EnsureOptions, type Temporal } from '../../local/ensure-local.ts';
import { LocalFailure } from '../../local/local-failure.ts';
import type { Settings } from './cli.ts';
import { flagsOf } from './service-flags.ts';

/**
 * Connects to the configured service, or to the one of this machine, which is started where it does not run.
 * @throws ClientFailure `unreachable` where there is none and none can be had.
 */
export async function connectTo(settings: Settings, onProgress: EnsureOptions['onProgress']): Promise<Runs> {
  const { source, namespace, connectionOptions, hostId } = await ensured(settings, onProgress);
  // One machine, one worker: its runs are bound to it from the start, which spares an activity for each system.
  const host = source === 'embedded' ? { host: hostOf(hostId, hostname()) } : {};
  return connectRuns({ connectionOptions, namespace, ...host });
}

async function ensured(settings: Settings, onProgress: EnsureOptions['onProgress']): Promise<Temporal> {
  try {
    return await ensureLocal({ onProgress, searchAttributes: keywordAttributes, flags: flagsOf(settings) });
  } catch (failure) {
    if (failure instanceof LocalFailure) throw new ClientFailure('unreachable', failure.message, failure);
    throw failure;
  }
}
