import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../local/package-root.ts';
import { built } from '../support/built.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A machine of a test's own: the real command line with a state directory that nobody else uses. */
export class Muster {
  readonly home = mkdtempSync(join(tmpdir(), 'muster-home-'));

  constructor() {
    // Servers that a restore starts for root run as another account, which must get in.
    chmodSync(this.home, 0o711);
  }

  argv(...args: readonly string[]): string[] {
    return [process.execPath, join(packageRoot, 'bin', 'muster.mjs'), ...args];
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, MUSTER_HOME: this.home, NO_COLOR: '1', CI: '1' };
  }

  /** Runs one command to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.runWith({}, ...args);
  }

  /** Runs one command to its end, with variables beside those of the machine. */
  async runWith(variables: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> {
    await built('faces/cli/main.js');
    const [command = '', ...rest] = this.argv(...args);
    const env = { ...this.environment, ...variables };
    const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { code, out, err };
  }

  /** Ends what runs in the background and deletes the state directory. */
  async remove(): Promise<void> {
    await this.run('down');
    rmSync(this.home, { recursive: true, force: true });
  }
}
