import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../local/lock.ts';
import type { Cli } from './cli.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { tell } from './show.ts';

/** A program that stays until Ctrl-C, one in its directory at a time. @param work is handed the moment of its end. */
export async function stay(
  cli: Cli,
  { name, directory }: { readonly name: string; readonly directory: string },
  work: (stopped: Promise<void>) => Promise<void>,
): Promise<ExitCode> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stopped = new Promise<void>((resolve) => void cli.terminal.onInterrupt(resolve));
  const waits = () => tell(cli, `Another muster ${name} works in ${directory}; this one waits for its end.`);
  await withLock(join(directory, 'lock'), () => work(stopped), waits);
  return exit.ok;
}
