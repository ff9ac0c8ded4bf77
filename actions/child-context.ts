import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { ActionContext, Progress } from './action.ts';
import type { ChildSpec } from './report.ts';

/** How often the progress file is written at most, in milliseconds. */
const progressEvery = 250;

/** The context of an action in a process of its own: its log is the process's output, its progress a file. */
export function childContext(spec: ChildSpec, signal: AbortSignal): ActionContext {
  mkdirSync(spec.context.workDirectory, { recursive: true });
  let writtenAt = -Infinity;
  return {
    ...spec.context,
    signal,
    progress(progress: Progress) {
      const now = performance.now();
      if (now - writtenAt < progressEvery) return;
      writtenAt = now;
      writeFileSync(`${spec.progressFile}.tmp`, JSON.stringify(progress));
      renameSync(`${spec.progressFile}.tmp`, spec.progressFile);
    },
    log(line: string) {
      process.stdout.write(`${line}\n`);
    },
  };
}
