import type { Decision, Event, EventBody, Found, Outcome } from '../../../core/event.ts';
import type { Plan } from '../../../core/plan.ts';
import { admit, type Signed } from '../../../core/run/admit.ts';
import { happen } from '../../../core/run/advance.ts';
import { due, tick } from '../../../core/run/due.ts';
import { begin, restore, snapshotOf, type Beginning, type State } from '../../../core/run/state.ts';
import type { Tools } from '../../../core/run/tools.ts';
import { sha256 } from '../../../record/sha256.ts';

export const tools: Tools = { sha256 };

/** A run of the kernel under a clock of its own; steps end when the test says so. */
export class Simulation {
  state: State;
  readonly events: Event[] = [];
  /** The key that signs what is decided next. */
  key: string | undefined;
  private decisions = 0;
  private last: Signed | undefined;

  constructor(plan: Plan, more: Partial<Beginning> = {}) {
    this.state = begin({ plan, run: 'run-1', by: 'ada', at: 1_000_000, ...more });
    this.happen({ type: 'began', by: 'ada', channel: 'cli', reason: 'test' });
  }

  get underWay(): string[] {
    return [...due(this.state).tries];
  }

  get asks(): string[] {
    return Object.values(this.state.open).flatMap((open) => (open.ask ? [open.id] : []));
  }

  happen(...bodies: EventBody[]): Event[] {
    const events = happen(this.state, this.state.now, bodies, tools);
    this.events.push(...events);
    return events;
  }

  end(
    id: string,
    outcome: Outcome = 'passed',
    found: Found = {},
    outputs: Record<string, string> = {},
  ): Event[] {
    return this.happen({ type: 'ended', try: id, outcome, outputs, found });
  }

  pass(milliseconds: number): Event[] {
    const at = this.state.now + milliseconds;
    const first = happen(this.state, at, [{ type: 'tick' }], tools);
    tick(this.state);
    const more = happen(this.state, at, [], tools);
    this.events.push(...first, ...more);
    return [...first, ...more];
  }

  answer(
    ask: string,
    choice: string,
    by = 'ada',
    more: Partial<Extract<Decision, { ask: string }>> = {},
  ): string {
    const rests = this.state.open[ask]?.ask?.rests ?? 'sha256:none';
    return this.decide({ ask, choice, answers: {}, rests, ...more }, by);
  }

  decide(what: object, by = 'ada', reason = 'because'): string {
    const base = { version: 1, namespace: 'default', run: 'run-1', channel: 'cli' } as const;
    const decision = {
      ...base,
      id: `d${(this.decisions += 1)}`,
      by,
      reason,
      issued: this.state.now,
      expires: this.state.now + 1_000,
      ...what,
    } as Decision;
    this.last = { decision, ...(this.key !== undefined && { key: this.key }) };
    this.happen(...admit(this.state, this.last, tools));
    return this.state.decided[decision.id] ?? 'none';
  }

  /** Sends the last decision once more. */
  repeat(): string {
    this.happen(...admit(this.state, this.last!, tools));
    return this.state.decided[this.last!.decision.id] ?? 'none';
  }

  /** Goes through JSON, as a continue-as-new does. */
  continueAsNew(): void {
    this.state = restore(
      this.state.plan,
      JSON.parse(JSON.stringify(snapshotOf(this.state))),
      this.state.roster,
    );
    this.happen({ type: 'continued', temporalRun: 'next' });
  }

  status(node: string): string {
    return this.state.nodes[node]!.status;
  }
}
