import { readFileSync } from 'node:fs';
import { type Estate, places, siteOf } from '../../../runbooks/shop/estate/layout.ts';
import { reckon } from '../../../runbooks/shop/estate/ledger.ts';
import { compareUploads } from '../../../runbooks/shop/estate/uploads.ts';
import { CliFailure } from '../failure.ts';
import type { Count } from './words.ts';

/**
 * Asks the site to which customers are sent, past Muster: its database and its files.
 * @throws CliFailure where its database does not answer.
 */
export async function countShop(estate: Estate): Promise<Count> {
  const sentTo = readFileSync(places(estate).control, 'utf8').trim();
  const site = sentTo === siteOf(estate, 'standby').api ? 'standby' : 'primary';
  const orders = await reckon(estate, site).catch((cause: Error) => {
    throw new CliFailure(`The orders at ${site} cannot be counted: ${cause.message}.`, { cause });
  });
  return { site, orders, uploads: await compareUploads(estate, site) };
}
