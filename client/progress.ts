import type { Client, WorkflowHandle } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Progress } from '../core/progress.ts';
import type { TryId } from '../core/names.ts';

interface Heartbeat {
  readonly try?: TryId;
  readonly progress?: Progress;
}

/** How far the tries under way are, as their hosts last told by heartbeat. */
export async function readProgress(
  client: Client,
  handle: WorkflowHandle,
): Promise<Readonly<Record<TryId, Progress>>> {
  const { raw } = await handle.describe();
  const told: Record<TryId, Progress> = {};
  for (const pending of raw.pendingActivities ?? []) {
    const payloads = pending.heartbeatDetails?.payloads;
    if (!payloads) continue;
    const [details] = (await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads)) as [
      Heartbeat?,
    ];
    if (details?.try !== undefined && details.progress) told[details.try] = details.progress;
  }
  return told;
}
