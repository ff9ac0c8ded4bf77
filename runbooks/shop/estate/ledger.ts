import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Estate, places, siteOf, type SiteName } from './layout.ts';
import { ask } from './orders-db.ts';

/** An order that the shop confirmed to its customer. */
export interface Confirmed {
  readonly order: number;
  /** When the confirmation arrived, in milliseconds since the epoch. */
  readonly at: number;
  readonly site: SiteName;
}

/** What became of the orders that one site confirmed. */
export interface Fate {
  readonly confirmed: number;
  readonly lost: number;
  /** From the first lost order to the last, in milliseconds. */
  readonly lostMs: number;
}

export interface Reckoning {
  /** Orders in the database, asked of the database. */
  readonly there: number;
  readonly of: Readonly<Record<'primary' | 'standby', Fate>>;
}

/** Every confirmed order; a last line that was cut off by a crash was confirmed to nobody. */
export function readLedger(estate: Pick<Estate, 'directory'>): Confirmed[] {
  const { ledger } = places(estate);
  if (!existsSync(ledger)) return [];
  const lines = readFileSync(ledger, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Confirmed);
}

/** Waits until so many orders are confirmed. @throws Error when there are no more of them for a minute. */
export async function confirmedOrders(
  estate: Pick<Estate, 'directory'>,
  wanted: number,
  counts: (order: Confirmed) => boolean = () => true,
): Promise<void> {
  for (let waited = 0, before = -1; ; waited += 100) {
    const now = readLedger(estate).filter(counts).length;
    if (now >= wanted) return;
    if (now > before) [waited, before] = [0, now];
    if (waited > 60_000) throw new Error(`the shop confirms no orders; see ${places(estate).logs}`);
    await sleep(100);
  }
}

/** Compares the ledger with what the database of a site holds. */
export async function reckon(estate: Estate, site: SiteName): Promise<Reckoning> {
  const confirmed = readLedger(estate);
  const rows = await ask(estate, siteOf(estate, site).connection, 'select id from orders');
  const there = new Set(rows.map(({ id }) => Number(id)));
  const fate = (by: SiteName): Fate => {
    const orders = confirmed.filter((order) => order.site === by);
    const lost = orders.filter(({ order }) => !there.has(order));
    const [first, last] = [lost.at(0), lost.at(-1)];
    return {
      confirmed: orders.length,
      lost: lost.length,
      lostMs: first && last ? last.at - first.at : 0,
    };
  };
  return { there: there.size, of: { primary: fate('primary'), standby: fate('standby') } };
}
