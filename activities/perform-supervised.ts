import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../actions/action.ts';
import { failed } from '../actions/report.ts';
import type { PerformResult } from '../contract/perform.ts';
import { type Observation, observe } from '../host/observe.ts';
import { stepFiles } from '../actions/step-files.ts';
import { removeGroups } from '../host/control-groups.ts';
import { resumeDirectory, stepDirectory } from '../host/step-directory.ts';
import type { SupervisorEnd } from '../host/supervise.ts';
import { intend } from './intend.ts';
import { launch } from './launch.ts';
import { listen } from './listen.ts';
import type { Observer, Order, PerformDependencies } from './order.ts';
import { type Over, reportOf } from './report-of.ts';

/** How often a try is looked at, in milliseconds. Whoever started its supervisor sees its end at once. */
const lookEvery = 500;

/** A supervisor that ended so often before it could start anything will not start it. */
const mostStarts = 10;

/**
 * Performs a try in a process of its own, or goes on observing the one that was started before: its command is
 * started at most once however often this is called, and goes on when this ends.
 */
export async function performSupervised(
  dependencies: PerformDependencies,
  order: Order,
  observer: Observer,
): Promise<PerformResult> {
  observer.heartbeat({ try: order.input.try });
  const obstacle = await intend(dependencies.home, order);
  if (obstacle) return obstacle;

  const directory = stepDirectory(dependencies.home, order.input);
  let supervisor: Promise<SupervisorEnd> | undefined;
  let hear: (() => Promise<void>) | undefined;
  for (let starts = 0; ;) {
    const seen = await look(directory, order, observer);
    if (isOver(seen)) {
      await removeGroups(directory);
      const report = await reportOf(directory, seen);
      // Nobody goes on with what is done.
      if (report.outcome === 'passed')
        await rm(resumeDirectory(dependencies.home, order.input), { recursive: true, force: true });
      return report;
    }
    hear ??= listen(order.input, {
      ...{ directory, adopted: seen.state === 'running' },
      tell: (silence) => observer.silence(silence),
    });
    if (seen.state === 'running') await hear();
    if (seen.state === 'never-ran' && !supervisor) {
      if (starts === mostStarts) return notStarted(`its supervisor ended ${starts} times before it could`);
      const launched = await launch(dependencies, order);
      if ('trouble' in launched) return notStarted(launched.trouble);
      starts += 1;
      supervisor = launched.ended;
    }
    const end = await pause(supervisor, observer.signal);
    if (end) supervisor = undefined;
    if (end === 'not-written' && (await look(directory, order, observer)).state === 'never-ran') {
      return notStarted(`nothing can be written to ${directory}. Make room there`);
    }
  }
}

const isOver = (seen: Observation): seen is Over => seen.state !== 'never-ran' && seen.state !== 'running';

const notStarted = (why: string): PerformResult => failed(`it was not started, nothing was run: ${why}`);

async function look(directory: string, { input }: Order, observer: Observer): Promise<Observation> {
  const seen = await observe(directory);
  const progress = await readProgress(directory);
  observer.heartbeat({
    try: input.try,
    ...(seen.state === 'running' && seen.process && { process: seen.process }),
    ...(progress && { progress }),
  });
  if (seen.state === 'never-ran' && !existsSync(join(directory, stepFiles.intent))) return gone(directory);
  return seen;
}

/** Its intent was written; without it, nothing tells any more what was done. */
const gone = (directory: string): Observation => ({
  state: 'unknown',
  why: `somebody deleted ${directory} while it was at work`,
});

/** Until the supervisor ends or it is time to look again. @throws the reason of the observer's signal. */
async function pause(
  supervisor: Promise<SupervisorEnd> | undefined,
  signal: AbortSignal,
): Promise<SupervisorEnd | undefined> {
  try {
    return await Promise.race([sleep(lookEvery, undefined, { signal }), ...(supervisor ? [supervisor] : [])]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function readProgress(directory: string): Promise<Progress | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, stepFiles.progress), 'utf8')) as Progress;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
