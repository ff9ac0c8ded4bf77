import { formatDuration } from '../../../core/units.ts';
import { type Estate, places, siteOf } from '../../../runbooks/shop/estate/layout.ts';
import { starter } from '../../../runbooks/shop/estate/people.ts';
import type { Fate, Reckoning } from '../../../runbooks/shop/estate/ledger.ts';
import { approveLines } from './people-words.ts';
import { typed } from '../typed.ts';

/** What the shop itself says, asked past Muster: its database, its files, the ledger of its customers. */
export interface Count {
  readonly site: 'primary' | 'standby';
  readonly orders: Reckoning;
  readonly uploads: { readonly backedUp: number; readonly there: number };
}

const number = (count: number) => count.toLocaleString('en');

export function countLines({ site, orders, uploads }: Count): string[] {
  const { primary, standby } = orders.of;
  const lost = primary.lost === 0 ? 'all are there' : lostWords(primary);
  const since = standby.lost === 0 ? 'all are there' : lostWords(standby);
  return [
    `What the shop itself says (its database at ${site}, its files, its ledger):`,
    `  orders   ${number(orders.there)} are there`,
    `           ${number(primary.confirmed)} were confirmed by primary: ${lost}`,
    ...(standby.confirmed > 0
      ? [`           ${number(standby.confirmed)} were confirmed by standby: ${since}`]
      : []),
    `  uploads  ${uploads.there} of ${uploads.backedUp} in the backup are there, byte for byte`,
  ];
}

const lostWords = ({ lost, lostMs }: Fate) =>
  `${number(lost)} of them are lost, ${formatDuration(lostMs)} of orders`;

/** Where the other parts of the demo are; the run has said where it restored what. */
export function placeLines(estate: Estate): string[] {
  const { runbook, ledger, logs } = places(estate);
  return ['The demo itself:', `  runbook     ${runbook}`, `  ledger      ${ledger}`, `  logs        ${logs}`];
}

/** How to look around while the shop is open. */
export function lookAroundLines(estate: Estate): string[] {
  const { connection } = siteOf(estate, 'standby');
  return [
    'The shop is still open:',
    `  curl http://127.0.0.1:${estate.ports.traffic}/orders`,
    typed`  psql ${connection}`,
    'Count its orders again; end and delete it all:',
    typed`  muster demo count --directory ${estate.directory}`,
    typed`  muster demo end --directory ${estate.directory}`,
  ];
}

/** What can be done by hand with a shop that was only built. */
export function prepareLines(estate: Estate): string[] {
  const { key, roster, runbook } = places(estate);
  const where = typed`--directory ${estate.directory}`;
  const to = (site: string) => `    --from primary --to ${site} --param incident=INC-1`;
  return [
    'The shop is open, and customers are ordering:',
    `  curl http://127.0.0.1:${estate.ports.traffic}/orders`,
    'Rehearse its recovery beside it:',
    typed`  muster rehearse ${runbook} \\`,
    to('rehearsal'),
    `Lose its primary site, recover it as ${starter}, count, and end it:`,
    `  muster demo destroy ${where}`,
    typed`  export MUSTER_ROSTER=${roster}`,
    typed`  export MUSTER_KEY=${key(starter)}`,
    typed`  muster recover ${runbook} \\`,
    to('standby'),
    `  muster demo count ${where}`,
    `  muster demo end ${where}`,
    ...approveLines(estate),
  ];
}
