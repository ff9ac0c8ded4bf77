import { rmSync } from 'node:fs';
import type { Estate } from './layout.ts';
import { end, running } from './processes.ts';

/** Ends the customers, so that nothing more is ordered. */
export async function stopCustomers(estate: Pick<Estate, 'directory'>): Promise<void> {
  await end(running(estate).filter(({ what }) => what === 'customers'));
}

/** Ends every server of an estate, at whichever site. Its files stay. */
export async function stopEstate(estate: Pick<Estate, 'directory'>): Promise<void> {
  await end(running(estate));
}

/** Ends an estate and deletes it. */
export async function removeEstate(estate: Pick<Estate, 'directory'>): Promise<void> {
  await stopEstate(estate);
  rmSync(estate.directory, { recursive: true, force: true, maxRetries: 10 });
}
