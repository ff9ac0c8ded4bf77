import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A process of the benchmark's own, which ends with it. */
export class Child {
  readonly #process: ChildProcess;

  /** @param argv what follows `node`. */
  constructor(argv: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(process.execPath, argv, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...env },
    });
    const kill = () => this.#process.kill('SIGKILL');
    process.on('exit', kill);
    this.#process.on('exit', () => process.off('exit', kill));
  }

  /** The most memory that it ever had resident, in bytes. */
  get peakMemory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  get cpuSeconds(): number {
    return cpuSeconds(this.#process.pid!);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

/** Processor time that a process has used so far, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const [, , , , , , , , , , , user, kernel] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(user) + Number(kernel)) / ticksPerSecond;
}

/** The kernel's unit in /proc, the same on all that Node runs on. */
const ticksPerSecond = 100;
