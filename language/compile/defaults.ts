import type { Description } from '../../actions/action.ts';
import type { Phase, Rerun, Step, Touches } from '../../core/plan.ts';
import type { Milliseconds } from '../../core/units.ts';
import type { StepDeclaration } from '../runbook.ts';

const second = 1_000;
const minute = 60 * second;

/** How long a step is reckoned with when it does not say: a look 10 s and what it must hold, a person 5 m, else 1 m. */
export function takesOf(step: StepDeclaration, touches: Touches, action: Description): Milliseconds {
  if (step.takes !== undefined) return step.takes;
  if (action.asksPeople) return 5 * minute;
  return touches === 'nothing' ? 10 * second + (step.for ?? 0) : minute;
}

/**
 * When a step that does not say is asked about: at three times what it takes, at the earliest after five
 * minutes. What only looks fails then; it has as long as it may repeat itself, and a minute.
 */
export function timeoutOf(step: StepDeclaration, touches: Touches, takes: Milliseconds): Milliseconds {
  if (step.timeout !== undefined) return step.timeout;
  if (touches !== 'nothing') return Math.max(3 * takes, 5 * minute);
  return Math.max(3 * takes, (step.within ?? 0) + (step.for ?? 0) + minute);
}

const order: readonly Touches[] = ['nothing', 'data', 'outside', 'traffic'];

/** What a step touches: what it says, or its phase's default, but never less than its action. */
export function touchesOf(step: StepDeclaration, phase: Phase, action: Description): Touches {
  const said = step.touches ?? (phase === 'prepare' || phase === 'verify' ? 'nothing' : 'data');
  return order[Math.max(order.indexOf(said), order.indexOf(action.touches))] as Touches;
}

/** What touches nothing may always be run again; anything else as it, or its action, says. */
export const rerunOf = (step: StepDeclaration, touches: Touches, action: Description): Rerun =>
  step.rerun ?? (touches === 'nothing' ? 'idempotent' : action.rerun);

/** No retries unless asked for; ten seconds between them. */
export function retriesOf({ retries = 0 }: StepDeclaration): Step['retries'] {
  return typeof retries === 'number' ? { count: retries, every: 10 * second } : retries;
}
