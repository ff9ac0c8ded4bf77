import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId, isAlive, type ProcessIdentity } from '../actions/process-identity.ts';
import { livingOf } from './living.ts';
import { stepFiles } from '../actions/step-files.ts';

/** How a try stands, by what its directory and the processes of this host say. Looking changes nothing. */
export type Observation =
  /** Its command was not started. */
  | { readonly state: 'never-ran' }
  /** Something of it lives. */
  | { readonly state: 'running'; readonly process?: ProcessIdentity }
  /** Its command ended; without a code where its own report is all that says so. */
  | { readonly state: 'ended'; readonly code?: number }
  /** It was stopped on order, or was not started because of that order. */
  | { readonly state: 'stopped' }
  /** It was started, it is over, and nobody can say how it ended. */
  | { readonly state: 'unknown'; readonly why: string };

/**
 * Looks at a try. Its report, written by the action as its last act, says that it ended; an exit code alone
 * does not while something of it lives, because a command that was killed may leave children at work.
 */
export async function observe(directory: string): Promise<Observation> {
  const there = (name: keyof typeof stepFiles) => existsSync(join(directory, stepFiles[name]));
  const started = await readStarted(directory);
  const running: Observation = { state: 'running', ...(started && { process: started }) };
  if (started && isAlive(started)) return running;

  const reported = there('report') || (await readExit(directory)) === 0;
  if (!reported && (await lives(directory, started))) return running;

  // Only now: what has ended since the first look has left its word before.
  const code = await readExit(directory);
  if (there('report') || code === 0) return { state: 'ended', ...(code !== undefined && { code }) };
  if (there('stop')) return { state: 'stopped' };
  if (code !== undefined) return { state: 'ended', code };
  if (started) return { state: 'unknown', why: whyUnknown(started) };
  return there('started') ? observe(directory) : { state: 'never-ran' };
}

/** The supervisor of a try, as it wrote itself down; undefined where none has started the command. */
export async function readStarted(directory: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(directory, stepFiles.started), 'utf8').catch(absent);
  if (text === undefined) return undefined;
  const [boot = '', pid, startTicks] = text.trim().split(' ');
  return { bootId: boot, pid: Number(pid), startTicks: Number(startTicks) };
}

async function readExit(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, stepFiles.exit), 'utf8').catch(absent);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

const lives = async (directory: string, started: ProcessIdentity | undefined): Promise<boolean> =>
  livingOf(directory, started).length > 0 || (await lockHeld(join(directory, stepFiles.lock)));

/** Node has no `flock`. A lock file that is not there yet is not made by looking. */
async function lockHeld(lock: string): Promise<boolean> {
  if (!existsSync(lock)) return false;
  const argv = ['--nonblock', '--shared', '--conflict-exit-code', '75', lock, 'true'];
  const [code] = (await once(spawn('flock', argv, { stdio: 'ignore' }), 'exit')) as [number | null];
  if (code !== 0 && code !== 75) throw new Error(`flock ${lock} ended with ${code}`);
  return code === 75;
}

function whyUnknown(started: ProcessIdentity): string {
  return started.bootId === bootId()
    ? 'it was started, nothing of it lives, and nothing wrote down how it ended'
    : 'it was started before this host was restarted, and nothing wrote down how it ended';
}

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};
