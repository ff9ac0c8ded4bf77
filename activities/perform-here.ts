import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionContext, Progress } from '../actions/action.ts';
import { carryOut } from '../actions/carry-out.ts';
import { stepFiles } from '../actions/step-files.ts';
import type { PerformResult } from '../contract/perform.ts';
import { runDirectory, stepDirectory } from '../host/step-directory.ts';
import { summarizeLog } from '../host/step-log.ts';
import type { Observer, Order, PerformDependencies } from './order.ts';

/** How often a sign of life is given, in milliseconds. */
const signEvery = 1_000;

/** Performs what touches nothing in this process; whoever observes next just does it again. */
export async function performHere(
  { home }: PerformDependencies,
  { input, action, errand, token, enter }: Order,
  observer: Observer,
): Promise<PerformResult> {
  const id = { run: input.run, try: input.of ?? input.try };
  const directory = new LazyDirectory(stepDirectory(home, id));
  let latest: Progress | undefined;
  const sign = () => observer.heartbeat({ try: input.try, ...(latest && { progress: latest }) });
  const context = (signal: AbortSignal): ActionContext => ({
    ...id,
    token,
    enter,
    signal,
    runDirectory: runDirectory(home, input.run),
    get workDirectory() {
      return directory.work();
    },
    progress: (progress) => {
      latest = progress;
    },
    log: (line) => directory.log(line),
  });
  // Not at once: most are over by then, and each sign costs the server as much as a step.
  const signs = setInterval(sign, signEvery);
  try {
    const report = await carryOut({ action, errand, context, signal: observer.signal });
    const log = directory.close();
    return log === undefined
      ? report
      : { ...report, found: { ...report.found, log: await summarizeLog(log) } };
  } finally {
    clearInterval(signs);
    directory.close();
  }
}

/** Most of what touches nothing needs no directory and says nothing: ten thousand are worth not making. */
class LazyDirectory {
  readonly #path: string;
  #log: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  work(): string {
    const work = join(this.#path, stepFiles.work);
    mkdirSync(work, { recursive: true, mode: 0o711 });
    return work;
  }

  log(line: string): void {
    this.work();
    this.#log ??= openSync(join(this.#path, stepFiles.log), 'a', 0o600);
    writeSync(this.#log, `${line}\n`);
  }

  /** @returns the file of the log, where anything was written to it. */
  close(): string | undefined {
    if (this.#log === undefined) return undefined;
    closeSync(this.#log);
    this.#log = undefined;
    return join(this.#path, stepFiles.log);
  }
}
