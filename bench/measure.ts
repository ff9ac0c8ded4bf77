import { cpuSeconds } from './child-process.ts';
import { historyOf, type HistorySize } from './history-of.ts';
import type { Shape } from './shapes.ts';
import type { Place, Side } from './sides.ts';

/** What is measured of one run. */
export interface Measured extends HistorySize {
  readonly seconds: number;
  /** Processor time of the worker and of the server: what noise on the machine disturbs least. */
  readonly workerSeconds: number;
  readonly serverSeconds: number;
}

export async function measure(place: Place, side: Side, shape: Shape): Promise<Measured> {
  const began = performance.now();
  const worker = side.worker.cpuSeconds;
  const server = cpuSeconds(place.serverPid);
  const { client, workflowId, firstRun } = await side.run(shape);
  return {
    seconds: (performance.now() - began) / 1_000,
    workerSeconds: side.worker.cpuSeconds - worker,
    serverSeconds: cpuSeconds(place.serverPid) - server,
    ...(await historyOf(client, workflowId, firstRun)),
  };
}
