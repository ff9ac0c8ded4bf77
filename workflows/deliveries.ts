import type { CourierState, Delivered, Delivery, DeliveryResult, Handed } from '../contract/courier.ts';
import type { Instant, Milliseconds } from '../core/units.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long is waited after each try that failed; after the last one, some sixteen hours in all, it is given up. */
const waits: readonly Milliseconds[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
];

/** His state must fit into one payload: what comes beyond this is given up, and of that the oldest is forgotten. */
const mostWaiting = 4_000;
const mostDead = 1_000;

/** So many of those that arrived are remembered: one that is handed over again is not delivered again. */
const remembered = 200;

const atOnce = 100;
/** A host that is gone, or an addressee that does not answer, must not keep the notices of others waiting. */
const atOnceOfOneHost = 10;
const atOnceToOne = 3;

/** What the courier has to deliver, what he gave up, and what arrived lately; by the id of the notice. */
export class Deliveries {
  private readonly waiting: Map<string, Delivery>;
  private readonly dead: Map<string, Delivery>;
  private readonly delivered: Delivered[];
  private forgotten: number;

  constructor({ waiting, dead, delivered, forgotten }: CourierState) {
    this.waiting = new Map(waiting.map((one) => [one.notice.id, one]));
    this.dead = new Map(dead.map((one) => [one.notice.id, one]));
    this.delivered = [...delivered];
    this.forgotten = forgotten;
  }

  get state(): CourierState {
    return {
      waiting: [...this.waiting.values()],
      dead: [...this.dead.values()],
      delivered: [...this.delivered],
      forgotten: this.forgotten,
    };
  }

  take(handed: Handed, now: Instant): void {
    const { id } = handed.notice;
    const known =
      this.waiting.has(id) || this.dead.has(id) || this.delivered.some((other) => other.id === id);
    if (known) return;
    const fresh = { ...handed, tries: 0, nextAt: now };
    if (this.waiting.size < mostWaiting) this.waiting.set(id, fresh);
    else this.giveUp({ ...fresh, problem: `${mostWaiting} others wait to be delivered` });
  }

  /** Takes up again what was given up: those named, or all where none is. How many that are. */
  takeAgain(ids: readonly string[], now: Instant): number {
    const again = [...this.dead.values()].filter(({ notice }) => ids.length === 0 || ids.includes(notice.id));
    for (const one of again) {
      this.dead.delete(one.notice.id);
      this.waiting.set(one.notice.id, { ...one, tries: 0, nextAt: now });
    }
    return again.length;
  }

  /** A try has ended. */
  end({ problem: _before, ...one }: Delivery, result: DeliveryResult, now: Instant): void {
    const { id, text, to } = one.notice;
    this.waiting.delete(id);
    if (result.delivered) {
      this.delivered.push({ id, text, to, at: now });
      this.delivered.splice(0, this.delivered.length - remembered);
      return;
    }
    const wait = result.final ? undefined : waits[one.tries];
    const tried = { ...one, tries: one.tries + 1, problem: result.problem };
    if (wait === undefined) this.giveUp({ ...tried, nextAt: now });
    else this.waiting.set(id, { ...tried, nextAt: now + wait });
  }

  private giveUp(one: Delivery): void {
    this.dead.set(one.notice.id, one);
    const [oldest] = this.dead.keys();
    if (this.dead.size <= mostDead || oldest === undefined) return;
    this.dead.delete(oldest);
    this.forgotten += 1;
  }
}

/** Whether there is room for one more try. */
export function mayStart({ notice, origin }: Delivery, underWay: ReadonlyMap<string, Delivery>): boolean {
  if (underWay.has(notice.id) || underWay.size >= atOnce) return false;
  const there = [...underWay.values()].filter((other) => other.origin.taskQueue === origin.taskQueue);
  const toOne = there.filter(
    (other) => other.notice.to === notice.to && other.origin.workflowId === origin.workflowId,
  );
  return there.length < atOnceOfOneHost && toOne.length < atOnceToOne;
}
