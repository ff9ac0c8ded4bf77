import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { ActionContext, Progress } from '../../actions/action.ts';
import { runToken } from '../../actions/marker.ts';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** A directory that others may enter, and that is gone after the file's tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-actions-'));
  chmodSync(directory, 0o755);
  made.push(directory);
  return directory;
}

export interface TestContext extends ActionContext {
  readonly lines: string[];
  readonly reports: Progress[];
}

/** The context of one try; everything that it is told is kept. */
export function contextOf(
  directory: string,
  { run = 'shop-1', name = 'system/1/recover/step#1', signal = new AbortController().signal } = {},
): TestContext {
  const lines: string[] = [];
  const reports: Progress[] = [];
  const workDirectory = join(directory, 'tries', name.replaceAll(/\W/g, '-'), 'work');
  mkdirSync(workDirectory, { recursive: true });
  return {
    run,
    try: name,
    token: runToken(run),
    workDirectory,
    runDirectory: join(directory, 'tries'),
    enter: [],
    signal,
    progress: (progress) => void reports.push(progress),
    log: (line) => void lines.push(line),
    lines,
    reports,
  };
}
