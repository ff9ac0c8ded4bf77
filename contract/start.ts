import { canonical } from '../core/canonical.ts';
import type { RecoveryInput } from './recovery.ts';

type Starting = Pick<
  RecoveryInput,
  'run' | 'plan' | 'roster' | 'by' | 'channel' | 'reason' | 'disruption' | 'detection' | 'declaration'
>;

/**
 * What is signed where somebody starts a run with a roster: who starts what, why, and when it broke. The bytes of no decision, for they
 * neither vote nor propose.
 */
export function startBytes(namespace: string, start: Starting): string {
  const { run, plan, roster, by, channel, reason, disruption, detection, declaration } = start;
  return canonical({
    version: 1,
    namespace,
    run,
    by,
    channel,
    reason,
    start: { plan: plan.digest, roster: roster?.digest, disruption, detection, declaration },
  });
}
