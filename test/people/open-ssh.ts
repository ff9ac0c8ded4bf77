import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';

const isThere = ['ssh-keygen', 'ssh-agent', 'ssh-add'].every((program) => !spawnSync(program, ['-?']).error);

/** Tests against the real programs; without them the tests are skipped, and shown so. */
export const withOpenSsh = isThere ? describe : (describe.skip as typeof describe);

export const run = (program: string, argv: readonly string[], env: Record<string, string> = {}): string =>
  execFileSync(program, argv, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** A directory for keys, away after the work. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-keys-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A real SSH agent with the keys of some files, ended after the work. */
export async function withAgent<T>(
  directory: string,
  keys: readonly string[],
  work: (socket: string) => Promise<T>,
): Promise<T> {
  const socket = join(directory, 'agent');
  const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  try {
    for (let tries = 0; !existsSync(socket) && tries < 200; tries += 1) await sleep(25);
    for (const key of keys) run('ssh-add', ['-q', key], { SSH_AUTH_SOCK: socket });
    return await work(socket);
  } finally {
    const ended = once(agent, 'exit');
    agent.kill();
    await ended;
  }
}
