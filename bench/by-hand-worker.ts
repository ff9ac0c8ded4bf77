import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createPerform } from '../activities/perform.ts';
import { loadAction } from '../actions/registry.ts';
import { byHandQueue } from './sides.ts';

/** The worker of the hand-written workflow: Muster's own no-op activity, and the options of Muster's worker. */
Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS']! });
const perform = createPerform({
  home: process.env['MUSTER_HOME']!,
  loadAction,
  childArgv: [],
  observer: () => {
    const context = Context.current();
    return {
      signal: context.cancellationSignal,
      heartbeat: (sign) => context.heartbeat(sign),
      silence: () => Promise.resolve(),
    };
  },
});
const noop = ({ system }: { system: string }) =>
  perform({
    run: 'by-hand',
    try: system,
    path: system,
    as: 'do',
    call: { action: 'noop', with: {}, site: 'target' },
    enter: [],
    privateNetwork: false,
    known: {},
    touches: 'nothing',
    rerun: 'idempotent',
    timeout: 60_000,
  });
const worker = await Worker.create({
  connection,
  taskQueue: byHandQueue,
  activities: { noop },
  workflowBundle: { codePath: fileURLToPath(new URL('by-hand-bundle.js', import.meta.url)) },
  maxConcurrentActivityTaskExecutions: 500,
  shutdownGraceTime: '2 seconds',
  shutdownForceTime: '10 seconds',
  maxHeartbeatThrottleInterval: '1 second',
  defaultHeartbeatThrottleInterval: '1 second',
});
process.on('SIGTERM', () => worker.shutdown());
await worker.run();
await connection.close();
process.exit(0);
