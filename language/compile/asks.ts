import { anyone, type Ask, type Choice, type Seat, type Then } from '../../core/ask.ts';
import type { Phase, Step } from '../../core/plan.ts';
import type { Milliseconds } from '../../core/units.ts';
import type { Approval, GateDeclaration } from '../runbook.ts';

/** One choice that one person (or the seats given) may make; every choice needs a reason. */
export const choice = (
  name: string,
  title: string,
  then: Then | undefined,
  by: readonly Seat[] = anyone,
): Choice => ({
  name,
  title,
  by,
  rejects: false,
  reason: 'required',
  then: then ? [then] : [],
});

export const leaveOut = choice('leave-out', 'Leave it out; what needs it stays blocked', {
  on: 'node',
  set: 'leaveOut',
});

/** What every ask has unless it says otherwise. */
export const plainAsk = {
  guards: false,
  answers: {},
  not: [],
  escalate: [],
  onTimeout: 'stay-shut',
} as const satisfies Partial<Ask>;

/** A gate: opened by the votes that fill its seats, closed by one rejection. */
export function gateAsk(gate: GateDeclaration, words: { title: string; instructions?: string }): Ask {
  const { answers, approve, escalate, onTimeout, reason, remind, timeout } = gate;
  return {
    ...plainAsk,
    ...words,
    ...whoMay(approve),
    kind: 'gate',
    guards: true,
    choices: [
      { ...choice('approve', 'Approve', { on: 'step', set: 'pass' }, approve.by), reason },
      { ...choice('reject', 'Reject; it stays shut and may be asked again', undefined), rejects: true },
    ],
    answers,
    escalate,
    onTimeout,
    ...(remind !== undefined && { remind }),
    ...(timeout !== undefined && { timeout }),
  };
}

/** A gate as a step: of its own node (phase `gate`), or just before the step that it guards. */
export const gateStep = (ask: Ask, id: string, phase: Phase, takes: Milliseconds = 5 * 60_000): Step => ({
  id,
  phase,
  title: ask.title,
  takes,
  timeout: ask.timeout ?? takes,
  occupies: {},
  touches: 'nothing',
  noReturn: false,
  guards: true,
  onFail: 'ask',
  retries: { count: 0, every: 0 },
  ask,
});

/** Asked when a step could not prove what it is for: people attest it, with their names. */
export function attestAsk(title: string, approval: Approval, guards: boolean): Ask {
  return {
    ...plainAsk,
    ...whoMay(approval),
    kind: 'attestation',
    title: `${title}: Muster could not prove it. Do you attest that it is so?`,
    guards,
    choices: [choice('attest', 'I attest it', { on: 'step', set: 'pass' }, approval.by)],
  };
}

/** Who may not decide, and by which channels. */
export const whoMay = ({ not, channels }: Approval) => ({ not, ...(channels && { channels }) });
