import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import { executableOnPath } from '../../local/executable-on-path.ts';
import { ensureCache } from '../../local/home.ts';
import { withLock } from '../../local/lock.ts';
import { packageRoot } from '../../local/package-root.ts';

const version = '1.38.0';
const run = promisify(execFile);

/** Runs the tests where the time-skipping server can be had, and otherwise skips them and says why. */
export const describeTimeSkipping: typeof describe = (() => {
  if (executableOnPath('java') && executableOnPath('mvn')) return describe;
  process.stderr.write('No Java with Maven on the PATH: the tests that skip time are skipped.\n');
  return describe.skip as typeof describe;
})();

/**
 * A server for the tests of one file that passes over waits: a sleep of 30 days takes less than a second.
 * It takes Updates with validators and knows no Schedules. Call it inside `describeTimeSkipping`.
 */
export function useTimeSkipping(): { readonly env: TestWorkflowEnvironment } {
  let env: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    const executable = { type: 'existing-path', path: await serverProgram() } as const;
    env = await started(() => TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }));
  }, 300_000);
  afterAll(async () => {
    await env?.teardown();
    await Runtime.instance().shutdown();
  });
  return {
    get env() {
      if (!env) throw new Error('The test environment is there from beforeAll on.');
      return env;
    },
  };
}

/** The SDK waits five seconds for the server, which a busy machine may need for its virtual machine alone. */
async function started<T>(start: () => Promise<T>): Promise<T> {
  for (let left = 12; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** The program that starts the server, fetched by Maven once on a machine. */
function serverProgram(): Promise<string> {
  const directory = join(ensureCache(), 'time-skipping', `${version}-2`);
  const program = join(directory, 'temporal-test-server');
  return withLock(`${directory}.lock`, async () => {
    if (!existsSync(program)) await fetchServer(directory);
    return program;
  });
}

async function fetchServer(directory: string): Promise<void> {
  const unfinished = `${directory}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const pom = join(packageRoot, 'test', 'support', 'time-skipping', 'pom.xml');
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(unfinished, 'lib')}`];
  await run('mvn', ['-q', '-B', '-f', pom, ...goal]);
  const program = join(unfinished, 'temporal-test-server');
  // exec: the SDK ends the process that it started, which must be the server itself.
  const start = `exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '${join(directory, 'lib', '*')}' io.temporal.testserver.TestServer "$@"`;
  writeFileSync(program, `#!/bin/sh\n${start}\n`);
  chmodSync(program, 0o755);
  rmSync(directory, { recursive: true, force: true });
  renameSync(unfinished, directory);
}
