import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { sharedQueue, workflowIdOf, workflowTypes } from '../contract/names.ts';
import type { RecoveryInput, RunMemo } from '../contract/recovery.ts';
import { startBytes } from '../contract/start.ts';
import type { Service } from './service.ts';
import { findRun } from './find-run.ts';
import type { Started, StartRequest } from './runs.ts';

/** Starts a run of a plan; where a live run of the runbook is open already, nothing is started and that one is named. */
export async function startRun(
  { client, host, namespace, now, sign }: Service,
  request: StartRequest,
): Promise<Started> {
  const { plan, roster, rosterSignature, by, channel, reason, disruption, detection, declaration } = request;
  const run = newRunId(plan.runbook.name);
  const workflowId = workflowIdOf({ mode: plan.mode, runbook: plan.runbook.name, id: run });
  const memo: RunMemo = { run, runbook: plan.runbook.name, mode: plan.mode };
  const unsigned: RecoveryInput = {
    run,
    plan,
    ...(roster && { roster }),
    ...(rosterSignature && { rosterSignature }),
    by,
    channel,
    reason,
    ...(disruption !== undefined && { disruption }),
    ...(detection !== undefined && { detection }),
    ...(declaration !== undefined && { declaration }),
    ...(host && { host }),
    ...forTests(),
  };
  const issued = now ? await now() : Date.now();
  const signature = roster && (await sign?.(startBytes(namespace, issued, unsigned)));
  const input = { ...unsigned, ...(signature && { signed: { ...signature, issued } }) };
  try {
    await client.workflow.start(workflowTypes.recovery, {
      workflowId,
      taskQueue: host?.taskQueue ?? sharedQueue,
      args: [input],
      memo: { ...memo },
    });
    return { run, workflowId, already: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const other = await findRun(client, workflowId);
    return { run: other.run, workflowId, already: true };
  }
}

/** For tests of faults: after how many history events a run continues as new, after how many milliseconds a host is silent. */
function forTests(): Pick<RecoveryInput, 'continueAfter' | 'hostSilentAfter'> {
  const continueAfter = Number(process.env['MUSTER_CONTINUE_AFTER'] ?? '');
  const hostSilentAfter = Number(process.env['MUSTER_HOST_SILENT_AFTER'] ?? '');
  return { ...(continueAfter > 0 && { continueAfter }), ...(hostSilentAfter > 0 && { hostSilentAfter }) };
}

/** `shop-20261123-140502-k3f9`: sorts by time, says what it is, is unique. */
function newRunId(runbook: string): string {
  const time = new Date()
    .toISOString()
    .slice(0, 19)
    .replaceAll('-', '')
    .replaceAll(':', '')
    .replace('T', '-');
  return `${runbook}-${time}-${randomBytes(3).toString('hex')}`;
}
