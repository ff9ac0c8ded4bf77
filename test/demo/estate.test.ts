import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { destroyPrimary } from '../../runbooks/shop/estate/disaster.ts';
import { type Estate, places, siteOf } from '../../runbooks/shop/estate/layout.ts';
import { confirmedOrders, readLedger, reckon } from '../../runbooks/shop/estate/ledger.ts';
import { prepareEstate } from '../../runbooks/shop/estate/prepare.ts';
import { running } from '../../runbooks/shop/estate/processes.ts';
import { removeEstate, stopCustomers } from '../../runbooks/shop/estate/stop.ts';

describe('the shop', () => {
  let estate: Estate;

  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'muster-shop-'));
    // Beside the estate, so that a PostgreSQL that had to be fetched is there the next time.
    const cache = join(tmpdir(), 'muster-cache');
    estate = await prepareEstate({ directory, cache, orders: 200, uploads: 20, tell: () => {} });
  }, 90_000);

  afterAll(() => removeEstate(estate));

  it('keeps its backups: a base backup, the archived WAL, the uploads with their manifest', async () => {
    const { orders, uploads } = places(estate).backups;
    const [id, note] = await readdir(join(orders, 'base'));
    expect(note).toBe(`${id}.json`);
    const wal = await readdir(join(orders, 'wal'));
    expect(wal.filter((name) => /^[0-9A-F]{24}$/.test(name)).length).toBeGreaterThan(1);
    expect(await readdir(join(uploads.archive, '..'))).toEqual([
      'uploads.json',
      'uploads.sha256',
      'uploads.tar.gz',
    ]);
  });

  it('holds every order that it confirmed', async () => {
    await confirmedOrders(estate, 201);
    const { there, of } = await reckon(estate, 'primary');
    expect(of.primary.confirmed).toBeGreaterThan(200);
    expect(of.primary.lost).toBe(0);
    expect(there).toBeGreaterThanOrEqual(of.primary.confirmed);
  });

  it('loses the files of the primary while its servers still run, and ends all of them when it is told to', async () => {
    destroyPrimary(estate);
    const { databaseDirectory, uploads } = siteOf(estate, 'primary');
    expect([...(await readdir(databaseDirectory)), ...(await readdir(uploads))]).toEqual([]);
    expect(new Set(running(estate).map(({ what }) => what))).toEqual(
      new Set(['postgres', 'api', 'traffic', 'customers']),
    );
    await stopCustomers(estate);
    const orders = readLedger(estate).map(({ order }) => order);
    expect(new Set(orders).size).toBe(orders.length);
    await removeEstate(estate);
    expect(running(estate)).toEqual([]);
  }, 30_000);
});
