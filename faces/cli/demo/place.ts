import { join, resolve } from 'node:path';
import { ensureHome, musterCache } from '../../../local/home.ts';
import { type Estate, readEstate } from '../../../runbooks/shop/estate/layout.ts';
import { CliFailure } from '../failure.ts';

/** Where the demo's estate stands: `demo` in the state directory unless somebody says otherwise. */
export const estateDirectory = (asked: string | undefined): string =>
  asked === undefined ? join(ensureHome(), 'demo') : resolve(asked);

/** Where a PostgreSQL that had to be fetched is kept. Root's must be where the database's account can enter. */
export const postgresCache = (): string =>
  process.getuid?.() === 0 ? join(ensureHome(), 'cache') : musterCache();

/** @throws CliFailure where no estate stands. */
export function standingEstate(asked: string | undefined): Estate {
  const directory = estateDirectory(asked);
  const estate = readEstate(directory);
  if (estate) return estate;
  throw new CliFailure(`No shop stands in ${directory}.`, { hint: 'Build one: muster demo prepare' });
}
