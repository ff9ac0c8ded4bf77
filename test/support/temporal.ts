import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import { findServer } from '../../local/find-server.ts';
import { stopGuarded } from '../../local/guarded-process.ts';
import { withLock } from '../../local/lock.ts';
import { startServer } from '../../local/start-server.ts';
import { sharedServer, testRun } from './test-run.ts';

export interface TestTemporal {
  /** Of this test file only, there from its first `beforeAll` on. */
  readonly env: TestWorkflowEnvironment;
  readonly address: string;
  /** A task queue that no other test uses, whenever it is asked for. */
  taskQueue(): string;
}

/** Building the server from source takes minutes, once on a machine. */
const untilServed = 15 * 60_000;

/** The real Temporal server of this Jest run, for the tests of one file: call it at the top of the file. */
export function useTemporal(): TestTemporal {
  let env: TestWorkflowEnvironment | undefined;
  const there = () => {
    if (!env) throw new Error('The test environment is there from beforeAll on.');
    return env;
  };
  beforeAll(async () => {
    env = await TestWorkflowEnvironment.createFromExistingServer({ address: await serverAddress() });
  }, untilServed);
  afterAll(async () => {
    await env?.teardown();
    await Runtime.instance().shutdown();
  });
  return {
    get env() {
      return there();
    },
    get address() {
      return there().address;
    },
    taskQueue: () =>
      `${basename(expect.getState().testPath ?? 'test', '.test.ts')}-${randomBytes(6).toString('hex')}`,
  };
}

/** Address of the one server of this Jest run; the first test file that asks starts it. */
export function serverAddress(): Promise<string> {
  const known = join(testRun(), 'address');
  return withLock(join(testRun(), 'address.lock'), async () => {
    if (existsSync(known)) return readFileSync(known, 'utf8');
    const { binary } = await findServer({ onProgress: (line) => process.stderr.write(`${line}\n`) });
    await stopGuarded(sharedServer(), 1_000); // of a file that was given up while it started one
    const address = await startServer(sharedServer(), { binary, database: join(testRun(), 'temporal.db') });
    writeFileSync(known, address);
    return address;
  });
}
