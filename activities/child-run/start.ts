import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  type InternalWorkflowStartOptions,
  InternalWorkflowStartOptionsSymbol,
} from '@temporalio/client/lib/internal.js';
import { ActionFailure } from '../../actions/action.ts';
import { messages, workflowTypes } from '../../contract/names.ts';
import type { RecoveryInput, RunMemo } from '../../contract/recovery.ts';
import { proofOf } from '../../contract/start.ts';
import type { Host } from '../../core/change.ts';
import type { Instant } from '../../core/units.ts';
import type { RunView } from '../../core/view.ts';
import type { Child } from './child.ts';
import { find, type Found } from './find.ts';

/**
 * Starts the run of a try that has started none. Where two observers of the same try do so, the server takes it for the same
 * request, even when the run has ended in between.
 * @throws ActionFailure where somebody else was quicker.
 */
export async function start(client: Client, child: Child, host: Host): Promise<Found> {
  const { run, workflowId, plan } = child;
  const { name } = plan.runbook;
  const memo: RunMemo = {
    run,
    runbook: name,
    mode: plan.mode,
    parent: { run: child.parent.run, path: child.path },
  };
  const options: InternalWorkflowStartOptions = {
    workflowId,
    taskQueue: host.taskQueue,
    memo: { ...memo },
    workflowIdConflictPolicy: 'FAIL',
    // A live run of a runbook comes after another of the same id; a rehearsal's id is its own.
    workflowIdReusePolicy: plan.mode === 'live' ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    [InternalWorkflowStartOptionsSymbol]: { requestId: run },
  };
  const args: [RecoveryInput] = [await inputFor(client, child, host)];
  try {
    await client.workflow.start(workflowTypes.recovery, { ...options, args });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const found = await find(client, child);
    if (found) return found;
    throw new ActionFailure(`nothing was started: another run of ${name} was there a moment before`);
  }
  return { run, workflowId, open: true, status: 'RUNNING' };
}

/** The people, the moments and who started it are those of the run above. */
async function inputFor(client: Client, child: Child, host: Host): Promise<RecoveryInput> {
  const { run, plan, parent, path } = child;
  const { roster, rosterSignature, by, channel, reason, continueAfter } = parent;
  const above = client.workflow.getHandle(child.parentWorkflowId);
  const { moments } = await above.query<RunView, [Instant]>(messages.view, Date.now());
  const proof = roster && proofOf(parent);
  return {
    ...{ run, plan, by, channel, reason, host },
    ...(roster && { roster }),
    ...(rosterSignature && { rosterSignature }),
    disruption: moments.disruption.at,
    declaration: moments.declaration.at,
    ...(moments.detection && { detection: moments.detection.at }),
    ...(continueAfter !== undefined && { continueAfter }),
    parent: { run: parent.run, path, try: child.try, ...(proof && { proof }) },
  };
}
