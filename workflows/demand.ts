import { ApplicationFailure } from '@temporalio/workflow';

/**
 * Refuses an update from its validator. What a handler throws would stop its workflow for good, and whoever reaches Temporal
 * can send anything.
 */
export function demand(holds: boolean): void {
  if (!holds) throw ApplicationFailure.nonRetryable('that is no request', 'MUSTER_REQUEST_MALFORMED');
}
