import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalFailure } from './local-failure.ts';

/**
 * Does the work while holding an exclusive lock on `file`; others wait. `onWait` is called once if it has to wait.
 * The lock is given back when this process ends, however it ends.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  // The holder reads from a pipe of ours until we close it or die.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<never>((_, reject) => {
    holder.on('error', (error) =>
      reject(new LocalFailure(`The lock ${file} needs flock: ${error.message}`, error)),
    );
    holder.on('exit', (code) =>
      reject(new LocalFailure(`The lock ${file} could not be taken (flock: ${code}).`)),
    );
  });
  ended.catch(() => undefined); // after the work its end is expected
  const waiting = setTimeout(onWait, 300);
  try {
    await Promise.race([once(holder.stdout, 'data'), ended]);
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.destroy();
    holder.stdout.destroy();
  }
}
