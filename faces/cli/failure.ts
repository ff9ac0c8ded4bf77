import type { ExitCode } from './exit-code.ts';
import { exit } from './exit-code.ts';

/** What a person did cannot be done: what and why, what to do next, and the exit code that says so. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  /** What the JSON document of the failure holds beside it. */
  readonly data: object | undefined;
  constructor(
    message: string,
    options: { exitCode?: ExitCode; hint?: string; data?: object; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exit.usage;
    this.hint = options.hint;
    this.data = options.data;
  }
}
