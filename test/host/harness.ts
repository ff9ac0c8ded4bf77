import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import type { PerformDependencies, Sign } from '../../activities/order.ts';
import { loadAction } from '../../actions/registry.ts';
import { createPerform } from '../../activities/perform.ts';
import type { PerformInput, PerformResult } from '../../contract/perform.ts';
import type { Value } from '../../core/value.ts';
import { runningProcesses, bears } from '../../actions/processes.ts';
import { built } from '../support/built.ts';

/** A state directory for the tests of one file; what still runs from it at the end is ended. */
export async function testHome(): Promise<string> {
  await built('actions/child.js'); // It may take longer than a test has time.
  const home = await mkdtemp(join(tmpdir(), 'muster-host-'));
  afterAll(async () => {
    for (const { pid } of runningProcesses()) {
      if (bears(pid, `MUSTER_TEST_HOME=${home}`)) process.kill(pid, 'SIGKILL');
    }
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  // Inherited by all that the tests start, so that nothing outlives them.
  process.env['MUSTER_TEST_HOME'] = home;
  return home;
}

export interface Watched {
  readonly perform: (input: PerformInput) => ReturnType<ReturnType<typeof createPerform>>;
  readonly signs: Sign[];
  /** What it told of silence, in order: since when, or that it is over. */
  readonly silences: (number | 'over')[];
  /** Ends the observer as Temporal would when a worker has to go. */
  readonly leave: () => void;
}

/** An observer of its own: as many as wanted may look at one try. */
export async function observer(home: string, more: Partial<PerformDependencies> = {}): Promise<Watched> {
  const signs: Sign[] = [];
  const silences: (number | 'over')[] = [];
  const gone = new AbortController();
  const perform = createPerform({
    home,
    loadAction,
    childArgv: [process.execPath, await built('actions/child.js')],
    observer: () => ({
      signal: gone.signal,
      heartbeat: (sign) => void signs.push(sign),
      silence: ({ since }) => Promise.resolve(void silences.push(since ?? 'over')),
    }),
    ...more,
  });
  return { perform, signs, silences, leave: () => gone.abort(new Error('the observer has to go')) };
}

let tries = 0;

/** A try of its own that runs a shell script and touches data unless told otherwise. */
export function shellStep(script: string, more: Partial<PerformInput> = {}): PerformInput {
  return step({ action: 'command', with: { argv: ['sh', '-c', script] } }, more);
}

export function step(
  call: { action: string; with: { [key: string]: Value } } & Partial<PerformInput['call']>,
  more: Partial<PerformInput> = {},
): PerformInput {
  tries += 1;
  return {
    run: 'run-1',
    try: `shop/1/recover/step#${tries}`,
    path: 'shop/1/recover/step',
    as: 'do',
    call: { site: 'target', ...call },
    enter: [],
    privateNetwork: false,
    known: {},
    touches: 'data',
    rerun: 'once',
    timeout: 60_000,
    ...more,
  };
}

/** Waits for something to become true; the test's own limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

export interface FakeWorker {
  readonly process: ChildProcess;
  /** What it printed when it ended by itself. */
  readonly ended: Promise<{ readonly result: PerformResult; readonly peakKb: number } | undefined>;
}

/** A process that performs one step as a worker does, to be killed at any moment. */
export async function fakeWorker(home: string, input: PerformInput): Promise<FakeWorker> {
  const dist = dirname(dirname(await built('actions/child.js')));
  const script = fileURLToPath(new URL('fake-worker.mjs', import.meta.url));
  const worker = spawn(process.execPath, [script, dist, home], { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  worker.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  worker.stdin.end(JSON.stringify(input));
  const ended = once(worker, 'close').then(() => (printed ? (JSON.parse(printed) as never) : undefined));
  return { process: worker, ended };
}

/** How often a command wrote its line. */
export const linesOf = async (file: string): Promise<number> =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1;
