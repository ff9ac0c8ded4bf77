import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  QueryNotRegisteredError,
  QueryRejectedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { payloadTrouble } from '../contract/payload-failure.ts';
import { unsettled } from '../contract/unsettled.ts';
import { isUnsettled } from './ask-again.ts';
import { ClientFailure } from './failure.ts';

/** gRPC's own numbers. */
const codes = {
  canceled: 1,
  deadline: 4,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  notReady: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/**
 * What the server itself says of Updates: the workflow was reset or ended before it answered; a worker took the task and
 * handed it back without having looked at the Update, as happens around a reset.
 */
const own = { endedOver: 'AcceptedUpdateCompletedWorkflow', unprocessed: 'UnprocessedUpdate' } as const;

/** Turns what Temporal's client throws into a `ClientFailure` with words; a bug stays what it is. */
export function explain(
  error: unknown,
  unreachable = 'Temporal does not answer. `muster doctor` looks.',
): unknown {
  if (error instanceof ClientFailure) return error;
  const sealed = payloadTrouble(error);
  if (sealed !== undefined) return new ClientFailure('not-allowed', sealed, error);
  if (error instanceof WorkflowNotFoundError) {
    return new ClientFailure('not-found', 'there is no such run, or it has ended', error);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const type = error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
    if (type === own.endedOver)
      return new ClientFailure('not-found', 'the run ended before it answered', error);
    if (type === own.unprocessed)
      return new ClientFailure('no-worker', 'the worker did not look at it', error);
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    return new ClientFailure('refused', cause, error);
  }
  if (isUnsettled(error)) return new ClientFailure('no-worker', unsettled, error);
  if (error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError) {
    return new ClientFailure('refused', error.message, error);
  }
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause)) return explainGrpc(cause.code, cause.details, unreachable, error);
  if (error instanceof Error && /connect|ECONNREFUSED|ENOTFOUND|deadline/i.test(error.message)) {
    return new ClientFailure('unreachable', unreachable, error);
  }
  return error;
}

function explainGrpc(code: number, details: string, unreachable: string, error: unknown): unknown {
  switch (code) {
    case codes.canceled: // by a server that ends; what we cancel ourselves has other words
      return details === 'context canceled' ? new ClientFailure('unreachable', unreachable, error) : error;
    case codes.deadline:
      return new ClientFailure('no-worker', `no worker answered in time (${details})`, error);
    case codes.exhausted: // more decisions at once than the server lets wait for one run
    case codes.notReady: // its task came to nothing, as one does that meets a continue-as-new
      return new ClientFailure('no-worker', details, error);
    case codes.notFound:
      return new ClientFailure('not-found', details, error);
    case codes.denied:
    case codes.unauthenticated:
      return new ClientFailure('not-allowed', details, error);
    case codes.unavailable:
      return new ClientFailure('unreachable', unreachable, error);
    default:
      return /no poller|no worker/i.test(details) ? new ClientFailure('no-worker', details, error) : error;
  }
}

/** Runs something and throws what it throws in words. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error);
  }
}
