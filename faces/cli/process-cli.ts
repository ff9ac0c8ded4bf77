import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import colors from 'picocolors';
import type { Runs } from '../../client/runs.ts';
import type { Cli } from './cli.ts';
import { processTerminal } from './process-terminal.ts';
import type { GlobalOptions } from './program.ts';
import { flagsOf } from './service-flags.ts';

/** The `Cli` of this process: its terminal, its clock, its user, and the service that it is told to use. */
export function processCli(options: GlobalOptions): Cli {
  const terminal = processTerminal(process.env, options);
  const settings = { output: options.output, debug: options.debug ?? false, ...flagsOf(options) };
  let connecting: Promise<Runs> | undefined;
  const connect = async (tell: (line: string) => void): Promise<Runs> => {
    // Loaded here, because help and validation need no connection.
    const { connectTo } = await import('./connect-to.ts');
    return connectTo(settings, tell);
  };
  return {
    terminal,
    settings,
    paint: colors.createColors(terminal.colored),
    env: process.env,
    person: loginName(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: () => Date.now(),
    sleep: async (duration, signal) => {
      await setTimeout(duration, undefined, signal ? { signal } : {}).catch(ignoreAbort);
    },
    runs: () => (connecting ??= connect((line) => terminal.err(`${line}\n`))),
    reconnect: async () => {
      // Silent: it happens behind a picture that says already what is wrong. The old connection is left
      // open: a call that it is still to retry would end the process on a closed one.
      const runs = await connect(() => undefined);
      connecting = Promise.resolve(runs);
      return runs;
    },
  };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}

/** Who sits here; behind sudo that is not root. */
function loginName(): string {
  const { SUDO_USER, USER } = process.env;
  if (SUDO_USER) return SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return USER || `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
