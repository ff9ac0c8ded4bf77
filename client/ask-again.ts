import { setTimeout as sleep } from 'node:timers/promises';
import {
  QueryNotRegisteredError,
  QueryRejectedError,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { endedHeader, unsettled } from '../contract/unsettled.ts';

/** Longer than a workflow task of a worker that is gone stays open, in milliseconds. */
const patience = 15_000;
const longestPause = 1_000;
/** QUERY_REJECT_CONDITION_NOT_OPEN of Temporal's API. */
const notOpen = 2;

/** Asks a run again that cannot say yet what it knows, which may be so for some seconds after a worker was killed. */
export const askAgain: WorkflowClientInterceptor = {
  async query(input, next) {
    const until = Date.now() + patience;
    // Most often it is settled at the second time.
    for (let pause = 0; ; pause = Math.min(longestPause, pause * 2 + 50)) {
      try {
        return await next(pause === 0 ? input : { ...input, queryRejectCondition: notOpen });
      } catch (error) {
        if (error instanceof QueryRejectedError && pause > 0) return next({ ...input, headers: ofEnded });
        if (!isUnsettled(error) || Date.now() > until) throw error;
      }
      await sleep(pause);
    }
  },
};

const ofEnded = { [endedHeader]: defaultPayloadConverter.toPayload(true) };

/** A query that failed for whatever reason comes as one that is not registered. */
export const isUnsettled = (error: unknown): boolean =>
  error instanceof QueryNotRegisteredError && error.message.includes(unsettled);
