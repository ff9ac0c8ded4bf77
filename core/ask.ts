import type { Change } from './change.ts';
import type { Channel, Role } from './names.ts';
import type { Milliseconds } from './units.ts';
import type { Scalar } from './value.ts';

/** One place (or `count` places) that a distinct person of one of the roles must fill. */
export interface Seat {
  readonly role: Role | readonly Role[];
  readonly count: number;
}

/** The shape of one typed answer. */
export interface AnswerShape {
  readonly type: 'string' | 'number' | 'boolean' | 'time' | 'choice';
  readonly choices?: readonly string[];
  readonly description?: string;
  readonly optional?: true;
}

export type Answers = Readonly<Record<string, Scalar>>;

/** `ticket "T1", window "now"`; `nothing` where there are none. */
export const answersText = (answers: Answers): string =>
  Object.entries(answers)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
    .join(', ') || 'nothing';

/**
 * One thing that people may choose. `then` says what follows, aimed at what the ask is about: the kernel
 * fills in the step, node or try when the choice is made. One vote for a choice that rejects closes the ask.
 */
export interface Choice {
  readonly name: string;
  readonly title: string;
  readonly by: readonly Seat[];
  readonly rejects: boolean;
  /** It closes nothing: one person says that she is on it, until another takes over. */
  readonly begins?: true;
  readonly reason: 'required' | 'optional';
  readonly then: readonly Then[];
}

/** A change without its aim. */
export type Then =
  | { readonly on: 'run'; readonly set: Extract<Change, { on: 'run' }>['set'] }
  | { readonly on: 'node'; readonly set: Extract<Change, { on: 'node' }>['set'] }
  | { readonly on: 'step'; readonly set: Extract<Change, { on: 'step' }>['set'] };

/** One rung of the escalation ladder: whom to tell when nobody has answered. */
export interface Rung {
  readonly after: Milliseconds;
  readonly to: Role;
}

export type AskKind =
  'gate' | 'manual' | 'attestation' | 'acceptance' | 'declaration' | 'question' | 'proposal' | 'break-glass';

/** Whatever a run wants from people: one mechanism of seats, choices and typed answers. */
export interface Ask {
  readonly kind: AskKind;
  readonly title: string;
  readonly instructions?: string;
  /** It guards something: what stands behind it is never marked done or skipped past it. */
  readonly guards: boolean;
  readonly choices: readonly Choice[];
  readonly answers: Readonly<Record<string, AnswerShape>>;
  readonly not: readonly Role[];
  readonly channels?: readonly Channel[];
  readonly escalate: readonly Rung[];
  /** All are reminded so often, as long as it is open. */
  readonly remind?: Milliseconds;
  readonly timeout?: Milliseconds;
  readonly onTimeout: 'stay-shut' | 'leave-out';
  /** Answers itself after this long; never in a live plan. */
  readonly auto?: { readonly choice: string; readonly after: Milliseconds };
}

/** Whether the typed answers come with a choice: not where it turns the matter down, begins it, or does it anew. */
export const bringsAnswers = ({ rejects, begins, then }: Choice): boolean =>
  !rejects && !begins && !then.some(({ set }) => answerless.has(set));

/** Whether a choice says that the matter does not go on as asked: a rejection, or a manual step that could not be done. */
export const turnsDown = ({ rejects, then }: Choice): boolean =>
  rejects || then.some(({ on, set }) => on === 'step' && set === 'fail');

const answerless: ReadonlySet<string> = new Set(['fail', 'leaveOut', 'retry', 'skip', 'wait', 'stop']);

export const anyone: readonly Seat[] = [{ role: 'anyone', count: 1 }];
