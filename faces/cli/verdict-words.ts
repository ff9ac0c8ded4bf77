import type { Refusal } from '../../core/event.ts';
import { exit, type ExitCode } from './exit-code.ts';

/** Why a decision was not counted, for the person who made it. */
export const verdictWords: Readonly<Record<Refusal, string>> = {
  'not-open': 'that is not asked at the moment',
  closed: 'it has been decided already',
  expired: 'this opening has run out of time; it may be asked again',
  'rests-changed': 'what it rests on has changed since it was shown; look again and decide anew',
  'no-such-choice': 'it does not have that choice',
  'answers-wrong': 'the answers do not fit what is asked',
  'reason-missing': 'it needs a reason (--reason "…")',
  excluded: 'you are excluded from this decision',
  'wrong-role': 'you have none of the roles that decide this',
  'not-commander': 'only the commander or a deputy of the commander may do that',
  'key-revoked': 'your key was revoked in this run',
  'no-seat': 'no seat is left that you could fill',
  'already-voted': 'you have voted on it already',
  'channel-refused': 'it is not accepted from the terminal',
  'not-possible': 'it is not possible as things stand',
};

const forbidden: ReadonlySet<Refusal> = new Set([
  'excluded',
  'wrong-role',
  'not-commander',
  'key-revoked',
  'no-seat',
  'channel-refused',
]);

/** The exit code of a decision that was refused. */
export const exitOfRefusal = (refusal: Refusal): ExitCode =>
  forbidden.has(refusal) ? exit.notAllowed : exit.failed;
