import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { ActionContext, Progress } from './action.ts';
import { isFullDisk } from './durable.ts';
import type { ChildSpec } from './report.ts';

/** How often the progress file is written at most, in milliseconds. */
const progressEvery = 250;

/** The context of an action in a process of its own: its log is the process's output, its progress a file. */
export function childContext(spec: ChildSpec, signal: AbortSignal): ActionContext {
  mkdirSync(spec.context.workDirectory, { recursive: true });
  // Nor for want of a log.
  process.stdout.on('error', (error) => {
    if (!isFullDisk(error)) throw error;
  });
  let writtenAt = -Infinity;
  return {
    ...spec.context,
    signal,
    progress(progress: Progress) {
      const now = performance.now();
      if (now - writtenAt < progressEvery) return;
      writtenAt = now;
      try {
        writeFileSync(`${spec.progressFile}.tmp`, JSON.stringify(progress));
        renameSync(`${spec.progressFile}.tmp`, spec.progressFile);
      } catch (error) {
        if (!isFullDisk(error)) throw error; // Work is not ended for want of a progress bar.
      }
    },
    log(line: string) {
      process.stdout.write(`${line}\n`);
    },
  };
}
