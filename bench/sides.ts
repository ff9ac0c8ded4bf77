import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { connectRuns } from '../client/connect.ts';
import { clientOptions } from '../client/client-options.ts';
import type { Runs } from '../client/runs.ts';
import type { Sign } from '../client/service.ts';
import { hostOf } from '../client/this-machine.ts';
import type { Plan } from '../core/plan.ts';
import { hostId } from '../local/host-id.ts';
import { Child } from './child-process.ts';
import type { Shape } from './shapes.ts';

export const byHandQueue = 'by-hand';

/** A chain of Temporal runs that has ended. */
export interface Ended {
  readonly client: Client;
  readonly workflowId: string;
  readonly firstRun: string;
}

/** One of the two ways of running a shape, with a worker process of its own. */
export interface Side {
  readonly name: string;
  readonly worker: Child;
  /** From the start until the client knows the end. */
  run(shape: Shape): Promise<Ended>;
  close(): Promise<void>;
}

export interface MusterSide extends Side {
  readonly client: Client;
  readonly runs: Runs;
}

export interface Place {
  readonly address: string;
  readonly serverPid: number;
  /** A directory of the benchmark's own. */
  readonly directory: string;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The hand-written workflow. */
export async function byHandSide({ address, directory }: Place): Promise<Side> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const env = { TEMPORAL_ADDRESS: address, MUSTER_HOME: directory };
  const worker = new Child([file('by-hand-worker.js')], env);
  return {
    name: 'by hand',
    worker,
    async run({ graph }) {
      const workflowId = `by-hand-${Date.now()}`;
      const options = { workflowId, taskQueue: byHandQueue, args: [graph] };
      const handle = await client.workflow.start('byHand', options);
      await handle.result();
      return { client, workflowId, firstRun: handle.firstExecutionRunId };
    },
    async close() {
      await worker.stop();
      await connection.close();
    },
  };
}

/** Muster: its worker and its client as they are installed, and a plan made of a runbook. */
export async function musterSide(
  { address, directory }: Place,
  planOf: (shape: Shape) => Plan,
  sign?: Sign,
): Promise<MusterSide> {
  const home = join(directory, 'home');
  mkdirSync(home, { recursive: true });
  const host = hostOf(hostId(home), 'bench');
  const runs = await connectRuns({
    ...{ connectionOptions: { address }, namespace: 'default', host },
    ...(sign && { sign }),
  });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, ...clientOptions('default') });
  const env = { TEMPORAL_ADDRESS: address, MUSTER_HOME: home };
  const worker = new Child([file('../worker/main.js')], env);
  return {
    name: 'Muster',
    worker,
    client,
    runs,
    async run(shape) {
      const actor = { by: 'bench', channel: 'cli', reason: 'measuring' } as const;
      const { workflowId } = await runs.start({ plan: planOf(shape), ...actor });
      const handle = client.workflow.getHandle(workflowId);
      const { status } = (await handle.result()) as { status: string };
      if (status !== 'recovered') throw new Error(`${workflowId} ended as ${status}`);
      const { raw } = await handle.describe();
      return { client, workflowId, firstRun: raw.workflowExecutionInfo?.firstRunId ?? '' };
    },
    async close() {
      await worker.stop();
      await runs.close();
      await connection.close();
    },
  };
}
