import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { RecoveryInput } from '../contract/recovery.ts';
import { bytesOf, proofOf, startLives } from '../contract/start.ts';
import { actsUndeclared } from '../core/undeclared.ts';
import { keyOf, mayStart, triggerPrefix } from '../core/vouch.ts';
import { silentKeyWords, unknownKeyWords } from '../core/vouch-words.ts';
import { isSigned } from './signature.ts';

const refuse = (why: string) => ApplicationFailure.nonRetryable(why, 'MUSTER_START_UNPROVED');

/**
 * Throws an `ApplicationFailure`, which ends the run before anything is done, unless a key of the roster proves who starts it. Otherwise
 * whoever starts a run under another's name could open the gates that exclude the starter. What was begun goes on only where Temporal
 * itself says that it continues a run.
 */
export function demandStarter(input: RecoveryInput): void {
  const { namespace, continuedFromExecutionRunId, cronSchedule, retryPolicy, startTime } = workflowInfo();
  // Either would have Temporal say that this continues a run which only its starter has begun.
  if (cronSchedule !== undefined || retryPolicy !== undefined) throw refuse('a run is begun once');
  if (input.carried) {
    if (continuedFromExecutionRunId === undefined) throw refuse('a run begins at its beginning');
    return;
  }
  const { roster, parent, by, channel } = input;
  if (!roster) return;
  const proof = proofOf(input);
  if (parent && !proof) throw refuse('the start that somebody has signed does not speak of this run');
  const known = proof && keyOf(roster, proof.keyId);
  if (!known) throw refuse(unknownKeyWords(roster, proof?.keyId));
  if (!mayStart(roster, known.holder, { by, channel }))
    throw refuse(silentKeyWords(roster, { holder: known.holder, key: proof.keyId, by, channel }));
  if (by.startsWith(triggerPrefix) && actsUndeclared(input.plan).length > 0)
    throw refuse('an alarm proposes: this plan would act before people have declared the disaster');
  if (!isSigned(bytesOf(namespace, proof), proof.signature, known.key))
    throw refuse('the signature of the start is wrong');
  // What a run brings about begins when its step is next, be it days later.
  if (!parent && Math.abs(startTime.getTime() - proof.issued) > startLives)
    throw refuse('its start was signed at another time: is the clock right where it was signed?');
}
