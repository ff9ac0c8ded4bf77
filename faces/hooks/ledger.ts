import { createHash } from 'node:crypto';
import { canonical } from '../../core/canonical.ts';
import type { Digest } from '../../core/units.ts';
import type { Entry } from '../../record/journal.ts';
import type { Order, Outcome } from '../chatops/desk.ts';

interface Known {
  readonly says: Digest;
  outcome?: Outcome;
}

/** What was said under which id, and what became of it: the same id again is the same decision, and no other. */
export class Ledger {
  private readonly known = new Map<string, Known>();

  /** What a journal holds of it. */
  static async read(entries: AsyncIterable<Entry>): Promise<Ledger> {
    const ledger = new Ledger();
    for await (const entry of entries) {
      if (entry['type'] === 'decision') ledger.enter(entry as unknown as Order);
      if (entry['type'] === 'outcome') ledger.settle(String(entry['id']), entry as unknown as Outcome);
    }
    return ledger;
  }

  /** Enters a decision; false where another one has its id. */
  enter(order: Order): boolean {
    const says = digestOf(order);
    const known = this.known.get(order.decision.id);
    if (!known) this.known.set(order.decision.id, { says });
    return known === undefined || known.says === says;
  }

  settle(id: string, outcome: Outcome): void {
    const known = this.known.get(id);
    if (known) known.outcome = outcome;
  }

  /** What the run has said to it; undefined where it has not, or nobody knows. */
  final(id: string): Outcome | undefined {
    const outcome = this.known.get(id)?.outcome;
    return outcome?.so === 'counted' || (outcome?.so === 'refused' && outcome.verdict) ? outcome : undefined;
  }
}

const digestOf = ({ user, run, decision }: Order): Digest =>
  `sha256:${createHash('sha256').update(canonical({ user, run, decision })).digest('hex')}`;
