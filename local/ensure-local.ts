import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { wantedEdges } from './edges.ts';
import { findServer } from './find-server.ts';
import { guardedIdentity, lastLines, startGuarded, stopGuarded, type Guarded } from './guarded-process.ts';
import { ensureHome, ensureProcessDirectory } from './home.ts';
import { hostId } from './host-id.ts';
import { LocalFailure, ServiceStopped } from './local-failure.ts';
import {
  currentBuild,
  databaseIn,
  lastStop,
  localProcesses,
  readState,
  startingOrStopping,
} from './local-state.ts';
import { localStatus } from './local-status.ts';
import { withLock } from './lock.ts';
import { builtFile } from './package-root.ts';
import type { ParentInput } from './parent.ts';
import type { SearchAttributes } from './prepare-namespace.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readServed, servesFile } from './serves.ts';
import { temporalConfig, type TemporalConfig } from './temporal-config.ts';

export interface EnsureOptions {
  /** Told one line at a time, only while something has to be started, fetched or waited for. */
  readonly onProgress: (line: string) => void;
  /** Registered with the embedded server. */
  readonly searchAttributes: SearchAttributes;
  /** What was said on the command line; wins over the environment and the profile. */
  readonly flags?: { readonly address?: string; readonly namespace?: string };
}

/** Where Temporal is; `embedded`: a server of this machine that Muster keeps alive together with a worker. */
export interface Temporal extends Omit<TemporalConfig, 'source'> {
  readonly source: TemporalConfig['source'] | 'embedded';
  readonly address: string;
  /** Id of this worker host and its state directory. */
  readonly hostId: string;
  readonly home: string;
  /** The last time that somebody had stopped the service of this machine on purpose. */
  readonly lastStop: string;
}

/** Long enough for a slow disk; a server is there in half a second. */
const untilUpMs = 60_000;

/**
 * Makes sure that there is a Temporal service: the configured one (then nothing is started), else the server and
 * the worker of this machine, which are started in the background, revived, or replaced if they are of another build.
 * An edge that does not stay up is told and waits for nobody.
 * Throws a `LocalFailure` that says what was tried and what to do.
 */
export async function ensureLocal(options: EnsureOptions): Promise<Temporal> {
  const temporal = await ensure(options, undefined);
  const edges = temporal.source === 'embedded' ? (localStatus().edges ?? []) : [];
  for (const { name, trouble } of edges)
    if (trouble) options.onProgress(`MUSTER ${name.toUpperCase()} DOES NOT STAY UP: muster doctor says why.`);
  return temporal;
}

/**
 * The same for somebody to whom it was up `before`: throws `ServiceStopped` where it was stopped on purpose since.
 */
export async function reviveLocal(options: EnsureOptions, before: Temporal): Promise<Temporal> {
  const directory = ensureProcessDirectory(before.home);
  try {
    return await ensure(options, before.lastStop);
  } catch (failure) {
    refuseIfStopped(directory, before.lastStop); // while it was waited for
    throw failure;
  }
}

async function ensure(
  { onProgress, searchAttributes, flags }: EnsureOptions,
  stopBefore: string | undefined,
): Promise<Temporal> {
  const config = temporalConfig(flags);
  const home = ensureHome();
  const directory = ensureProcessDirectory(home);
  const own = () => ({ home, hostId: hostId(home), lastStop: stopBefore ?? lastStop(directory) });
  if (config.source !== 'none') {
    return { ...own(), ...config, address: config.connectionOptions.address ?? '' };
  }
  refuseIfStopped(directory, stopBefore);
  await endOtherBuild(directory, onProgress);
  if (!guardedIdentity(localProcesses(directory).parent)) {
    refuseIfServed(home);
    const server = await findServer({ onProgress, ...madeBy(directory) });
    const all = [`Temporal ${server.version} (${server.source})`, 'a worker', ...wantedEdges(home)];
    onProgress(`Starting ${new Intl.ListFormat('en').format(all)} in the background.`);
    await startParent(directory, { ...server, searchAttributes }, stopBefore);
  }
  const found = own();
  const address = await untilUp(directory);
  return { ...found, source: 'embedded', address, namespace: 'default', connectionOptions: { address } };
}

/** An empty service of its own would say of every run of the other one that there is none. */
function refuseIfServed(home: string): void {
  const served = readServed(home);
  if (!served) return;
  throw new LocalFailure(
    `No service is configured, and none is started: the worker of this state directory serves Temporal at ${served.address}, namespace ${served.namespace}. ` +
      `To ask that one: TEMPORAL_ADDRESS=${served.address} TEMPORAL_NAMESPACE=${served.namespace}. ` +
      `To have a service of this machine's own instead, take ${servesFile(home)} away once no worker of it serves the other one.`,
  );
}

function refuseIfStopped(directory: string, before: string | undefined): void {
  if (before !== undefined && before !== lastStop(directory)) throw new ServiceStopped();
}

function madeBy(directory: string): { madeBy?: string } {
  const version = readState(directory)?.version;
  return version && existsSync(databaseIn(directory)) ? { madeBy: version } : {};
}

async function endOtherBuild(directory: string, onProgress: EnsureOptions['onProgress']): Promise<void> {
  const { parent } = localProcesses(directory);
  const identity = guardedIdentity(parent);
  const state = readState(directory);
  if (!identity || state?.parent.pid !== identity.pid || state.build === currentBuild()) return;
  onProgress('Replacing the background processes of an earlier build; what they had under way goes on.');
  await stopGuarded(parent, 35_000);
}

async function startParent(
  directory: string,
  input: ParentInput,
  stopBefore: string | undefined,
): Promise<void> {
  await withLock(startingOrStopping(directory), async () => {
    refuseIfStopped(directory, stopBefore);
    const argv = [process.execPath, builtFile('local/parent-main.js'), JSON.stringify(input)];
    // Where somebody else was quicker, theirs is as good.
    await startGuarded(localProcesses(directory).parent, argv);
  });
}

/** Whoever was quicker than us holds the lock a moment before its identity can be read. */
async function aMomentLater(place: Guarded): Promise<ProcessIdentity | undefined> {
  await sleep(500);
  return guardedIdentity(place);
}

/** Trouble that is gone after a few seconds was that of a service which came back. */
const troubleLastsMs = 10_000;

/** Waits until parent, server and worker of this directory are up; returns the server's address. */
async function untilUp(directory: string): Promise<string> {
  const { parent, server, worker } = localProcesses(directory);
  let troubledSince: number | undefined;
  for (const until = Date.now() + untilUpMs; Date.now() < until; await sleep(20)) {
    const identity = guardedIdentity(parent) ?? (await aMomentLater(parent));
    if (!identity) throw new LocalFailure(`The background process ended. ${lastLines(parent)}`);
    const state = readState(directory);
    if (state?.parent.pid !== identity.pid || state.parent.startTicks !== identity.startTicks) continue;
    if (state.address && guardedIdentity(server) && guardedIdentity(worker)) return state.address;
    troubledSince = state.trouble ? (troubledSince ?? Date.now()) : undefined;
    if (troubledSince !== undefined && Date.now() - troubledSince > troubleLastsMs)
      throw new LocalFailure(state.trouble ?? '');
  }
  throw new LocalFailure(
    `The Temporal server and the worker are not up after a minute. ${lastLines(parent)}`,
  );
}
