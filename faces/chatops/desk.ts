import { createHash } from 'node:crypto';
import { ClientFailure } from '../../client/failure.ts';
import type { Answer, Proposal, Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import { canonical } from '../../core/canonical.ts';
import type { Refusal } from '../../core/event.ts';
import { printable } from '../../core/printable.ts';
import { decisionLives } from '../../core/run/parse-decision.ts';
import type { Entry, Journal } from '../../record/journal.ts';
import { verdictWords } from '../cli/verdict-words.ts';

/** A decision that somebody made in the chat, under its id. */
export interface Order {
  readonly run: string;
  /** In a few words: `approve go-live`. */
  readonly title: string;
  readonly decision: (Answer | Proposal) & { readonly id: string };
  /** Who it was there: `TEAM/USER`; of a webhook, the sender's name and what it called her. */
  readonly user: string;
}

/**
 * What became of it. `refused` with a verdict: by the run, and recorded there. `uncertain`: it may have been recorded, and
 * saying it again is harmless.
 */
export type Outcome =
  | { readonly so: 'counted' }
  | { readonly so: 'refused'; readonly why: string; readonly verdict?: Refusal }
  | { readonly so: 'uncertain'; readonly why: string };

export interface DeskOptions {
  readonly journal: Journal;
  readonly runs: () => Runs;
  /** Vouches for who decides; absent: the connection's own signature, if it has one. */
  readonly sign?: Sign;
  /** A decision set out, or arrived. */
  readonly onChange: () => void;
}

/** Where decisions go through: written down first, then sent, each id once at a time. */
export class Desk {
  private readonly options: DeskOptions;
  private readonly underWay = new Map<
    string,
    { readonly order: Order; readonly outcome: Promise<Outcome> }
  >();
  /** What was refused may be said again, and is another decision then: things may stand differently. */
  private readonly refused = new Set<string>();

  constructor(options: DeskOptions) {
    this.options = options;
  }

  /** The same order by the same person has the same id, however often it is given. */
  order(user: string, run: string, title: string, decision: Answer | Proposal, once = ''): Order {
    let id = idOf({ run, decision, once });
    while (this.refused.has(id)) id = idOf({ again: id });
    return { user, run, title, decision: { ...decision, id } };
  }

  /** Writes an order down; only then may it be acknowledged and sent. */
  async accept({ user, run, title, decision }: Order): Promise<void> {
    await this.options.journal.append({ type: 'decision', at: Date.now(), user, run, title, decision });
  }

  /** Sends what was accepted, and writes down what became of it. */
  send(order: Order): Promise<Outcome> {
    const { id } = order.decision;
    const same = this.underWay.get(id);
    if (same) return same.outcome;
    const outcome = this.sent(order).finally(() => {
      this.underWay.delete(id);
      this.options.onChange();
    });
    this.underWay.set(id, { order, outcome });
    this.options.onChange();
    return outcome;
  }

  /** What is on its way to an ask of a run. */
  onTheWay(run: string, ask: string): readonly Order[] {
    return [...this.underWay.values()]
      .map(({ order }) => order)
      .filter((order) => order.run === run && 'ask' in order.decision && order.decision.ask === ask);
  }

  private async sent(order: Order): Promise<Outcome> {
    const { decision } = order;
    const outcome = await outcomeOf(order, this.options);
    if (outcome.so === 'refused') this.refused.add(decision.id);
    await this.options.journal.append({ type: 'outcome', at: Date.now(), id: decision.id, ...outcome });
    return outcome;
  }
}

async function outcomeOf({ run, decision }: Order, { runs, sign }: DeskOptions): Promise<Outcome> {
  try {
    const { verdict, why } = await runs().decide(run, decision, sign);
    if (verdict === 'counted') return { so: 'counted' };
    return { so: 'refused', verdict, why: why ?? verdictWords[verdict] };
  } catch (failure) {
    const known = failure instanceof ClientFailure && !uncertain.has(failure.code);
    const why = printable(failure instanceof Error ? failure.message : String(failure));
    return { so: known ? 'refused' : 'uncertain', why };
  }
}

const uncertain: ReadonlySet<ClientFailure['code']> = new Set(['unreachable', 'no-worker']);

const idOf = (what: object): string => `chat-${createHash('sha256').update(canonical(what)).digest('hex')}`;

/**
 * What was accepted and whose outcome nobody knows, because a process died over it: it may still count when sent again.
 * One that came many times may be written down once more after its outcome.
 */
export async function leftOrders(entries: AsyncIterable<Entry>): Promise<readonly Order[]> {
  const accepted = new Map<string, Order>();
  const settled = new Set<string>();
  for await (const entry of entries) {
    if (entry['type'] === 'outcome' && entry['so'] !== 'uncertain') settled.add(String(entry['id']));
    if (entry['type'] !== 'decision' || Number(entry['at']) < Date.now() - decisionLives) continue;
    const order = entry as unknown as Order;
    accepted.set(order.decision.id, order);
  }
  return [...accepted.values()].filter(({ decision }) => !settled.has(decision.id));
}
