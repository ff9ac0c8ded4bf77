import { chmodSync, mkdirSync } from 'node:fs';
import { databaseAccount, mustBeAbleToEnter } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type Estate, siteOf, writeEstate } from './layout.ts';
import { confirmedOrders, readLedger } from './ledger.ts';
import { backUpOrders, createOrdersDb } from './orders-db.ts';
import { writePeople } from './people.ts';
import { freePorts } from './ports.ts';
import { writeRunbook } from './runbook.ts';
import { sendCustomers, startShop } from './services.ts';
import { stopEstate } from './stop.ts';
import { backUpUploads, createUploads } from './uploads.ts';

export interface Preparation {
  /** An empty or absent directory: the whole estate goes there. */
  readonly directory: string;
  /** Where a PostgreSQL that had to be fetched is kept for the next time. */
  readonly cache: string;
  /** So many are confirmed before the backups are taken, in a rush; more come in afterwards, one by one. */
  readonly orders: number;
  readonly uploads: number;
  readonly tell: (line: string) => void;
  /** When it aborts, what was started is ended. */
  readonly signal?: AbortSignal;
}

/**
 * Builds a shop that runs: a database that archives its WAL, uploads, an API, a traffic switch, customers who
 * go on ordering, and backups of all that. It runs until `stop`.
 * @throws Error in words for its reader where a part cannot be had or does not start.
 */
export async function prepareEstate(preparation: Preparation): Promise<Estate> {
  const { cache, directory, tell } = preparation;
  const binaries = await findBinaries(cache, tell);
  const estate = await layOut(directory, binaries);
  tell(`building a shop in ${estate.directory}`);
  try {
    await open(estate, preparation);
  } catch (error) {
    await stopEstate(estate);
    throw error;
  }
  return estate;
}

async function open(estate: Estate, { orders, uploads, tell, signal }: Preparation): Promise<void> {
  const front = `http://127.0.0.1:${estate.ports.traffic}`;
  const steps: (() => Promise<void> | void)[] = [
    () => createOrdersDb(estate),
    () => createUploads(estate, uploads),
    () => startShop(estate),
    () => tell(`its primary site is open at ${front}: customers are ordering`),
    () => sendCustomers(estate, { rush: orders, every: 20 }),
    () => confirmedOrders(estate, orders),
    () => backUpOrders(estate),
    () => backUpUploads(estate),
    () => tell(`backed up: the database while it takes orders, and ${uploads} uploads`),
    () => confirmedOrders(estate, readLedger(estate).length + 100),
    () => tell('more orders came in after the backup: only the archived WAL has them'),
  ];
  for (const step of steps) {
    signal?.throwIfAborted();
    await step();
  }
}

async function layOut(directory: string, binaries: string): Promise<Estate> {
  const account = databaseAccount();
  mkdirSync(directory, { recursive: true });
  if (account) chmodSync(directory, 0o755);
  mustBeAbleToEnter(account, directory);
  const [traffic = 0, ...ports] = await freePorts(7);
  const site = (at: number) => ({ database: ports[at] ?? 0, api: ports[at + 1] ?? 0 });
  const estate: Estate = {
    directory,
    binaries,
    ...(account && { account }),
    ports: { traffic, sites: { primary: site(0), standby: site(2), rehearsal: site(4) } },
  };
  for (const name of ['primary', 'standby', 'rehearsal'] as const) mkdirSync(siteOf(estate, name).data);
  writeEstate(estate);
  writeRunbook(estate);
  await writePeople(estate);
  return estate;
}
