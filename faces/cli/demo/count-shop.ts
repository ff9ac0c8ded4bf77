import { readFileSync } from 'node:fs';
import { type Estate, places, siteOf } from '../../../runbooks/shop/estate/layout.ts';
import { reckon } from '../../../runbooks/shop/estate/ledger.ts';
import { compareUploads } from '../../../runbooks/shop/estate/uploads.ts';
import type { Count } from './words.ts';

/** Asks the site to which customers are sent, past Muster: its database and its files. */
export async function countShop(estate: Estate): Promise<Count> {
  const sentTo = readFileSync(places(estate).control, 'utf8').trim();
  const site = sentTo === siteOf(estate, 'standby').api ? 'standby' : 'primary';
  return { site, orders: await reckon(estate, site), uploads: await compareUploads(estate, site) };
}
