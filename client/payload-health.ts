import type { Client } from '@temporalio/client';
import { keyIdOf } from './encrypting-codec.ts';

/** How many open workflows were started, or last continued, with payloads of each key. */
export interface PayloadHealth {
  readonly plain: number;
  readonly byKey: Readonly<Record<string, number>>;
}

/** Looks at the first event of each workflow; nothing is decrypted for that. */
export async function payloadHealth(client: Client, open: readonly string[]): Promise<PayloadHealth> {
  const ids = await Promise.all(open.map((workflowId) => keyOfInput(client, workflowId)));
  const byKey: Record<string, number> = {};
  for (const id of ids) if (id !== undefined) byKey[id] = (byKey[id] ?? 0) + 1;
  return { plain: ids.filter((id) => id === undefined).length, byKey };
}

async function keyOfInput(client: Client, workflowId: string): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payload && keyIdOf(payload);
}
