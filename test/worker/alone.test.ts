import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { anotherOne, demandAlone, identityOf, pollerOf } from '../../worker/alone.ts';
import { useTemporal } from '../support/temporal.ts';

const temporal = useTemporal();
const homes = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'muster-alone-')));
const [home, copy] = homes as [string, string];
afterAll(() => homes.forEach((one) => rmSync(one, { recursive: true })));

const atOnce = (() => Promise.resolve()) as never;
const { signal } = new AbortController();

describe('two workers with one host-id', () => {
  it('are seen by whoever came later, and by nobody of the same state directory', async () => {
    const taskQueue = temporal.taskQueue();
    const connection = await Connection.connect({ address: temporal.address });
    const native = await NativeConnection.connect({ address: temporal.address });
    const client = new Client({ connection });
    const first = pollerOf(home, 1_000);
    const identity = identityOf('db1', first);
    const worker = await Worker.create({
      ...{ connection: native, taskQueue, identity, shutdownGraceTime: 100 },
      activities: { 'muster.here': () => Promise.resolve() },
    });
    await worker.runUntil(async () => {
      const later = pollerOf(copy, 2_000);
      let seen: string | undefined;
      for (let looks = 0; looks < 100 && seen === undefined; looks += 1) {
        seen = await anotherOne(client, taskQueue, later);
        await new Promise((next) => setTimeout(next, 100));
      }
      expect(seen).toBe(identity);
      expect(await anotherOne(client, taskQueue, pollerOf(home, 2_000))).toBeUndefined();
      expect(await anotherOne(client, taskQueue, pollerOf(copy, 500))).toBeUndefined();
      expect(await anotherOne(client, taskQueue, later, Date.now() + 80_000)).toBeUndefined();
    });
    await connection.close();
    await native.close();
  });

  it('do not both begin; one that is only remembered is waited for', async () => {
    const there = () => Promise.resolve('17@db1 host 1');
    await expect(demandAlone(there, { taskQueue: 'muster-1', wait: atOnce }, signal)).rejects.toThrow(
      'Another worker works as this host (muster-1): 17@db1.',
    );
    let looks = 0;
    const soonGone = () => Promise.resolve((looks += 1) < 5 ? '17@db1 host 1' : undefined);
    await demandAlone(soonGone, { taskQueue: 'muster-1', wait: atOnce }, signal);
    expect(looks).toBe(5);
  });
});
