import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionContext, Progress } from '../actions/action.ts';
import { carryOut } from '../actions/carry-out.ts';
import type { Report } from '../actions/report.ts';
import { runDirectory, stepDirectory } from '../host/step-directory.ts';
import type { Observer, Order, PerformDependencies } from './perform.ts';

/** How often a sign of life is given, in milliseconds. */
const signEvery = 1_000;

/** Performs what touches nothing in this process; whoever observes next just does it again. */
export async function performHere(
  { home }: PerformDependencies,
  { input, action, errand, token, enter }: Order,
  observer: Observer,
): Promise<Report> {
  let latest: Progress | undefined;
  const sign = () => observer.heartbeat({ try: input.try, ...(latest && { progress: latest }) });
  const directory = stepDirectory(home, { run: input.run, try: input.of ?? input.try });
  const context = (signal: AbortSignal): ActionContext => ({
    run: input.run,
    try: input.of ?? input.try,
    token,
    enter,
    signal,
    runDirectory: runDirectory(home, input.run),
    // Most of what touches nothing needs no directory, and ten thousand of them are worth not making.
    get workDirectory() {
      const work = join(directory, 'work');
      mkdirSync(work, { recursive: true, mode: 0o711 });
      return work;
    },
    progress: (progress) => {
      latest = progress;
    },
    // What a look prints is not kept: its figures and its message say what it saw.
    log: () => undefined,
  });
  sign();
  const signs = setInterval(sign, signEvery);
  try {
    return await carryOut({ action, errand, context, signal: observer.signal });
  } finally {
    clearInterval(signs);
  }
}
