import { CommanderError } from 'commander';
import { ClientFailure } from '../../client/failure.ts';
import { LocalFailure } from '../../local/local-failure.ts';
import { printable } from '../../core/printable.ts';
import { KeyFailure } from '../../people/failure.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { json } from './show.ts';
import type { Terminal } from './terminal.ts';

const ofClient: Readonly<Record<ClientFailure['code'], ExitCode>> = {
  'not-found': exit.usage,
  refused: exit.failed,
  'not-allowed': exit.notAllowed,
  unreachable: exit.unreachable,
  'no-worker': exit.unreachable,
};

interface Told {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly exitCode: ExitCode;
  readonly data?: object | undefined;
}

/** Says what went wrong and what to do, in words or as JSON, and gives the exit code; stack traces on request. */
export function reportFailure(
  failure: unknown,
  terminal: Terminal,
  options: { readonly output: string; readonly debug: boolean },
): ExitCode {
  // Commander has already written its own words.
  if (failure instanceof CommanderError) return failure.exitCode === 0 ? exit.ok : exit.usage;
  const told = describe(failure, options.debug);
  terminal.err(`muster: ${told.message.split('\n').map(printable).join('\n')}\n`);
  if (told.hint !== undefined) terminal.err(`  ${printable(told.hint)}\n`);
  if (options.debug && failure instanceof Error) terminal.err(`${traces(failure)}\n`);
  if (options.output !== 'text') {
    const { message, hint, exitCode, data } = told;
    terminal.out(`${json({ format: 1, ...data, error: { message, hint, exitCode } })}\n`);
  }
  return told.exitCode;
}

function describe(failure: unknown, debug: boolean): Told {
  if (failure instanceof CliFailure) return failure;
  if (failure instanceof ClientFailure) {
    return { message: failure.message, exitCode: ofClient[failure.code] };
  }
  if (failure instanceof KeyFailure)
    return { message: failure.message, hint: failure.hint, exitCode: exit.notAllowed };
  if (failure instanceof LocalFailure) return { message: failure.message, exitCode: exit.unreachable };
  const message = failure instanceof Error ? failure.message : String(failure);
  const hint = debug ? undefined : 'This was not expected. --debug shows where it happened.';
  return { message, hint, exitCode: exit.failed };
}

function traces(failure: Error): string {
  const cause = failure.cause instanceof Error ? `\ncaused by ${traces(failure.cause)}` : '';
  return `${failure.stack ?? failure.message}${cause}`;
}
