import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from '../../../actions/process-identity.ts';
import { type Estate, places, shop, siteOf } from './layout.ts';
import { start } from './processes.ts';

const service = (name: string) => join(shop, 'services', `${name}.mjs`);

/** Starts the API of the primary site and the traffic switch that sends customers to it. */
export async function startShop(estate: Estate): Promise<void> {
  const { api, apiIdentity, connection, uploads } = siteOf(estate, 'primary');
  const { control } = places(estate);
  mkdirSync(dirname(control), { recursive: true });
  writeFileSync(control, api);
  const options = ['--site', 'primary', '--listen', api, '--database', connection, '--uploads', uploads];
  const pid = start(estate, { name: 'primary-api', argv: [process.execPath, service('api'), ...options] });
  // As `process.start` leaves it, so that a fence finds the old API.
  writeFileSync(apiIdentity, `${JSON.stringify(identify(pid))}\n`);
  const front = `127.0.0.1:${estate.ports.traffic}`;
  start(estate, {
    name: 'traffic',
    argv: [process.execPath, service('traffic'), 'serve', '--listen', front, '--control', control],
  });
  await answers(estate, `http://${front}/health`);
}

/** Sends customers: a rush of `rush` orders at first, then one after the other, `every` milliseconds apart. */
export function sendCustomers(estate: Estate, { rush, every }: { rush: number; every: number }): void {
  const { ledger } = places(estate);
  mkdirSync(dirname(ledger), { recursive: true });
  const pace = ['--rush', String(rush), '--every', String(every)];
  const front = ['--front', `http://127.0.0.1:${estate.ports.traffic}`];
  start(estate, {
    name: 'customers',
    argv: [process.execPath, service('customers'), ...front, '--ledger', ledger, ...pace],
  });
}

async function answers(estate: Estate, url: string): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 100) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer; the logs are in ${places(estate).logs}`);
}
