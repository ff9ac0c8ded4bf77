import { canonical } from '../core/canonical.ts';
import type { Instant, Milliseconds } from '../core/units.ts';
import type { RecoveryInput } from './recovery.ts';

/** So long a signed start can be used; more than an hour, for clocks that are wrong by one must not keep anybody from recovering. */
export const startLives: Milliseconds = 65 * 60_000;

type Starting = Pick<
  RecoveryInput,
  | 'run'
  | 'plan'
  | 'roster'
  | 'by'
  | 'channel'
  | 'reason'
  | 'host'
  | 'disruption'
  | 'detection'
  | 'declaration'
>;

/**
 * What is signed where somebody starts a run with a roster: who starts what, why, and when it broke. The bytes of no decision, for they
 * neither vote nor propose.
 */
export function startBytes(namespace: string, issued: Instant, start: Starting): string {
  const { run, plan, roster, by, channel, reason, host, disruption, detection, declaration } = start;
  return canonical({
    version: 1,
    namespace,
    run,
    by,
    channel,
    reason,
    issued,
    start: { plan: plan.digest, roster: roster?.digest, host, disruption, detection, declaration },
  });
}
