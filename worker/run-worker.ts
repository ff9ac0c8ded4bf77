import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import {
  NativeConnection,
  Runtime,
  Worker,
  type NativeConnectionOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.ts';
import { childRuns, withChildRuns } from '../activities/child-run/action.ts';
import { createDeliver } from '../activities/notices/deliver.ts';
import { createPerform } from '../activities/perform.ts';
import { createListPoints } from '../activities/list-points.ts';
import { createTrust, mistrustOfListing } from '../activities/trust.ts';
import { createStop } from '../activities/stop.ts';
import { endedTriesOf } from '../client/ended-tries.ts';
import { clientOptions } from '../client/client-options.ts';
import { dataConverterWith } from '../client/data-converter.ts';
import { readPayloadKeys } from '../client/payload-keys.ts';
import {
  claimKeeperId,
  courierId,
  hostLabel,
  hostQueue,
  labelQueue,
  sharedQueue,
} from '../contract/names.ts';
import type { SaveInput } from '../contract/recovery.ts';
import type { Mode } from '../core/names.ts';
import { loadAction } from '../actions/registry.ts';
import { Archive } from '../record/archive.ts';
import type { EndedTries } from '../host/list-steps.ts';
import { trustedKeys } from '../people/trusted-keys.ts';
import { anotherOne, demandAlone, identityOf, pollerOf, stayAlone } from './alone.ts';
import { observerFor } from './observer.ts';
import { onlyForTrusted } from './only-for-trusted.ts';
import { openRuns } from './open-runs.ts';
import { reap } from './reaper.ts';
import { WorkerLog } from './worker-log.ts';
import { workflowsOf } from './workflows-path.ts';

export interface WorkerSettings {
  readonly connectionOptions: ConnectionOptions & NativeConnectionOptions;
  readonly namespace: string;
  /** The state directory: step directories and the record are kept there. */
  readonly home: string;
  readonly hostId: string;
  readonly hostName: string;
  /** What runbooks call it by in `runsOn`. */
  readonly labels: readonly string[];
  /** The runs that it takes; absent: all. One that does not take live runs takes only what is asked for by a label. */
  readonly modes?: readonly Mode[];
  /** Aborted: stop polling, leave commands running, end. */
  readonly signal: AbortSignal;
}

const childEntry = fileURLToPath(new URL(`../actions/child${extname(import.meta.url)}`, import.meta.url));

/** Used where there are payload keys. */
const failureConverterPath = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));

const servedWithinMs = 60_000;

/** A server that was killed is back in a moment; a worker that started meanwhile waits for it. */
async function untilServed<T>(signal: AbortSignal, connect: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + servedWithinMs; ; await sleep(500, undefined, { signal })) {
    try {
      return await connect();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/**
 * Runs the worker of one host: the host's own queue, where everything of the embedded server goes, and the
 * shared queue, where runs that are not bound to a host ask for one.
 */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  const { connectionOptions, namespace, home, hostId, hostName, labels, modes, signal } = settings;
  const logger = new WorkerLog();
  Runtime.install({ logger });
  const payloadKeys = await readPayloadKeys(home, process.env['MUSTER_PAYLOAD_KEYS']);
  const native = await untilServed(signal, () => NativeConnection.connect(connectionOptions));
  const connection = await untilServed(signal, () => Connection.connect(connectionOptions));
  const client = new Client({ connection, ...clientOptions(namespace, payloadKeys) });
  const host = { id: hostId, name: hostName, taskQueue: hostQueue(hostId) };
  const own = pollerOf(home);
  const keys = trustedKeys(home, process.env['MUSTER_ROSTER_KEYS']);
  const trust = keys && createTrust(client, keys);
  const perform = createPerform({
    home,
    loadAction: withChildRuns(loadAction, childRuns(client, host)),
    childArgv: [process.execPath, childEntry],
    observer: observerFor(client),
  });
  const archive = new Archive(home);
  const guarded = {
    perform,
    stop: createStop({ home }),
    save: ({ run, events, plan }: SaveInput) => archive.append(run, events, plan),
  };
  const activities = createActivities({
    client,
    host,
    ...(modes && { modes }),
    keeper: { workflowId: claimKeeperId, taskQueue: sharedQueue },
    courier: { workflowId: courierId, taskQueue: sharedQueue },
    ...(trust ? onlyForTrusted(guarded, trust) : guarded),
    deliver: createDeliver(client, trust),
    list: createListPoints({
      home,
      loadAction,
      mistrust: (input) => keys && mistrustOfListing(input, namespace, keys),
      signal: () => Context.current().cancellationSignal,
    }),
  });
  const onlyActivities: Omit<WorkerOptions, 'taskQueue'> = {
    connection: native,
    namespace,
    identity: identityOf(hostName, own),
    dataConverter: {
      ...dataConverterWith(payloadKeys, namespace),
      ...(payloadKeys && { failureConverterPath }),
    },
    activities,
    shutdownGraceTime: '2 seconds',
    shutdownForceTime: '10 seconds',
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
  };
  const common = { ...onlyActivities, ...workflowsOf({ encrypted: payloadKeys !== undefined }) };
  const shared = !modes || modes.includes('live');
  const over = new AbortController();
  const another = () => anotherOne(client, host.taskQueue, own);
  try {
    await demandAlone(another, host, signal);
    const workers = await Promise.all([
      Worker.create({ ...common, taskQueue: host.taskQueue, maxConcurrentActivityTaskExecutions: 500 }),
      ...(shared
        ? [Worker.create({ ...common, taskQueue: sharedQueue, maxConcurrentActivityTaskExecutions: 20 })]
        : []),
      ...[...labels, hostLabel(hostId)].map((label) =>
        Worker.create({
          ...onlyActivities,
          taskQueue: labelQueue(label),
          maxConcurrentActivityTaskExecutions: 20,
        }),
      ),
    ]);
    const stop = () => workers.forEach((worker) => worker.getState() === 'RUNNING' && worker.shutdown());
    signal.addEventListener('abort', stop);
    const listed = () => client.withAbortSignal(over.signal, () => openRuns(client));
    // Not waited for at the end: a look at the directories of years must not hold up a worker that is told to go.
    const endedTries: EndedTries = (run, tries) =>
      client.withAbortSignal(over.signal, () => endedTriesOf(client, run, tries));
    void reap({ home, openRuns: listed, endedTries, warn: (line) => logger.warn(line) }, over.signal);
    let notAlone: unknown;
    stayAlone(another, host.taskQueue, over.signal).catch((error: unknown) => {
      if (over.signal.aborted) return;
      notAlone = error;
      stop();
    });
    await Promise.all(workers.map((worker) => worker.run()));
    if (notAlone !== undefined) throw notAlone as Error;
  } finally {
    over.abort();
    await connection.close();
    await native.close();
  }
}
