import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import colors from 'picocolors';
import type { Cli } from './cli.ts';
import type { Connected } from './connect-to.ts';
import { processTerminal } from './process-terminal.ts';
import type { GlobalOptions } from './program.ts';
import { flagsOf } from './service-flags.ts';

/** The `Cli` of this process: its terminal, its clock, its user, and the service that it is told to use. */
export function processCli(options: GlobalOptions): Cli {
  const terminal = processTerminal(process.env, options);
  const settings = {
    output: options.output,
    debug: options.debug ?? false,
    ...flagsOf(options),
    ...(options.key !== undefined && { key: options.key }),
  };
  let connecting: Promise<Connected> | undefined;
  const connect = async (tell: (line: string) => void, before?: Connected): Promise<Connected> => {
    // Loaded here, because help and validation need no connection.
    const { connectTo } = await import('./connect-to.ts');
    return connectTo(settings, tell, before?.temporal);
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
    runs: async () => (await (connecting ??= connect((line) => terminal.err(`${line}\n`)))).runs,
    runsThere: async () => (await import('./connect-to.ts')).connectToThere(settings),
    reconnect: async () => {
      // Silent: it happens behind a picture that says already what is wrong. The old connection is left
      // open: a call that it is still to retry would end the process on a closed one.
      const connected = await connect(() => undefined, await connecting);
      connecting = Promise.resolve(connected);
      return connected.runs;
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
