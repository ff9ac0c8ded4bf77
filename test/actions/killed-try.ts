import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../core/value.ts';
import { built } from '../support/built.ts';
import type { TestContext } from './action-context.ts';

interface KilledTry {
  readonly action: string;
  readonly with: Json;
  readonly context: TestContext;
  /** Looked at every few milliseconds; once it holds the process of the try is killed. */
  readonly when: () => boolean;
}

/** Starts an action in a process of its own, as a step is, and kills that process (-9) at a moment. */
export async function killTry({ action, with: input, context, when }: KilledTry): Promise<void> {
  const { run, try: name, token, workDirectory, runDirectory, enter } = context;
  const spec = {
    errand: { action, as: 'do', with: input },
    context: { run, try: name, token, workDirectory, runDirectory, enter },
    reportFile: join(workDirectory, 'report.json'),
    progressFile: join(workDirectory, 'progress.json'),
  };
  const file = join(workDirectory, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  const child = spawn(process.execPath, [await built('actions/child.js'), action, file], { stdio: 'ignore' });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  while (!when() && child.exitCode === null) await sleep(5);
  child.kill('SIGKILL');
  const [code] = await ended;
  if (code !== null) throw new Error(`the try ended with ${code} before it was killed`);
}
