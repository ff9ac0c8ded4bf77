import type { Client } from '@temporalio/client';
import type { RecoveryInput } from '../contract/recovery.ts';

/** What a run was started or continued with, read from the first event of its history: it need not answer for that. */
export async function inputOf(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
): Promise<RecoveryInput> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let payloads = started?.input?.payloads ?? [];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  const [input] = payloads;
  if (!input) throw new Error(`${execution.workflowId} was started without a plan`);
  return payloadConverter.fromPayload<RecoveryInput>(input);
}
