import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createDeliver } from '../../activities/notices/deliver.ts';
import { Context } from '@temporalio/activity';
import { createListPoints, type ListDependencies } from '../../activities/list-points.ts';
import { createActivities } from '../../activities/create-activities.ts';
import { clientOptions } from '../../client/client-options.ts';
import { dataConverterWith } from '../../client/data-converter.ts';
import type { PayloadKeys } from '../../client/payload-keys.ts';
import { makeRuns } from '../../client/make-runs.ts';
import type { Runs } from '../../client/runs.ts';
import type { PerformInput, PerformResult, StopInput } from '../../contract/perform.ts';
import type { Host } from '../../core/change.ts';
import type { Mode } from '../../core/names.ts';
import { packageRoot } from '../../local/package-root.ts';
import type { RunView } from '../../core/view.ts';
import { Archive } from '../../record/archive.ts';
import { encrypting } from '../../worker/workflows-path.ts';
import { workflowBundle } from '../support/built.ts';
import { findRun, type FoundRun } from '../../client/find-run.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly runs: Runs;
  readonly client: Client;
  readonly archive: Archive;
  readonly taskQueue: string;
  /** Every start of a step that a host saw, in order. */
  readonly performed: string[];
  readonly find: (id: string) => Promise<FoundRun>;
  /** Asks for the view until it is as wanted; fails after half a minute with what it was. */
  readonly until: (id: string, wanted: (view: RunView) => boolean) => Promise<RunView>;
}

export interface HostOptions {
  readonly address: string;
  readonly taskQueue: string;
  readonly perform?: (input: PerformInput) => Promise<PerformResult>;
  /** What performs, where that needs the connection of the worker. */
  readonly performWith?: (client: Client, host: Host) => (input: PerformInput) => Promise<PerformResult>;
  readonly stop?: (input: StopInput) => Promise<void>;
  /** The state directory of the worker; absent: one of its own. */
  readonly home?: string;
  /** The actions whose recovery points are listed. */
  readonly loadAction?: ListDependencies['loadAction'];
  readonly now?: () => Promise<number>;
  /** Whose workers keep the claims, where not these. */
  readonly keeperQueue?: string;
  readonly payloadKeys?: PayloadKeys;
}

/** The courier of the workers of one queue. */
export const courierOf = (taskQueue: string): string => `courier/${taskQueue}`;

const failureConverterPath = join(packageRoot, 'worker', 'failure-converter.cjs');

const passed: PerformResult = { outcome: 'passed', outputs: {}, found: {} };

/** A real worker on a queue of its own, whose steps do what the test says, and a client beside it. */
export async function withWorker<T>(
  options: HostOptions,
  test: (running: Running) => Promise<T>,
): Promise<T> {
  const { address, taskQueue, payloadKeys } = options;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, ...clientOptions('default', payloadKeys) });
  const host = { id: 'test', name: 'test', taskQueue };
  const { worker, archive, performed, close } = await makeWorker(options, client, host);
  const runs = makeRuns({
    client,
    namespace: 'default',
    address,
    host,
    ...(options.now && { now: options.now }),
  });
  const find = (id: string) => findRun(client, id);
  const until = async (id: string, wanted: (view: RunView) => boolean) => {
    let view: RunView | undefined;
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(25)) {
      view = await runs.view(id);
      if (wanted(view)) return view;
    }
    throw new Error(`not as wanted: ${JSON.stringify(view?.nodes.map((node) => [node.id, node.status]))}`);
  };
  try {
    return await worker.runUntil(test({ runs, client, archive, taskQueue, performed, find, until }));
  } finally {
    await connection.close();
    await close();
  }
}

/** A worker of a host, its steps those of the test; it polls the queue of the host, or another one that leads to it. */
export async function makeWorker(
  options: HostOptions,
  client: Client,
  host: Host,
  { taskQueue = host.taskQueue, modes }: { taskQueue?: string; modes?: readonly Mode[] } = {},
): Promise<{ worker: Worker; archive: Archive; performed: string[]; close: () => Promise<void> }> {
  const { payloadKeys } = options;
  const native = await NativeConnection.connect({ address: options.address });
  const archive = new Archive(mkdtempSync(join(tmpdir(), 'muster-workflows-')));
  const performed: string[] = [];
  const perform = options.performWith?.(client, host) ?? options.perform;
  const activities = createActivities({
    client,
    host,
    ...(modes && { modes }),
    save: ({ run, events, plan }) => archive.append(run, events, plan),
    keeper: {
      workflowId: `claims/${options.taskQueue}`,
      taskQueue: options.keeperQueue ?? options.taskQueue,
    },
    courier: { workflowId: courierOf(options.taskQueue), taskQueue: options.taskQueue },
    perform: (input) => {
      performed.push(input.try);
      return perform ? perform(input) : Promise.resolve(passed);
    },
    stop: options.stop ?? (() => Promise.resolve()),
    deliver: createDeliver(client, undefined),
    list: createListPoints({
      home: options.home ?? mkdtempSync(join(tmpdir(), 'muster-workflows-')),
      loadAction: options.loadAction ?? (() => Promise.resolve(undefined)),
      mistrust: () => undefined,
      signal: () => Context.current().cancellationSignal,
    }),
  });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    dataConverter: {
      ...dataConverterWith(payloadKeys, 'default'),
      ...(payloadKeys && { failureConverterPath }),
    },
    activities,
    workflowBundle: payloadKeys ? encrypting((await workflowBundle()).codePath) : await workflowBundle(),
    shutdownGraceTime: 100,
  });
  return { worker, archive, performed, close: () => native.close() };
}
