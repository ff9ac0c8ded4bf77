import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import type { ExitCode } from './exit-code.ts';

/** A command of the terminal face: what may be typed after its name, and what it does then. */
export interface Verb<Options extends object = object> {
  /** Adds arguments and options to the command that bears the verb's name. */
  shape(command: Command): void;
  /** Runs with what was typed and says how the process ends. Failures are thrown. */
  readonly run: (cli: Cli, args: readonly string[], options: Options) => Promise<ExitCode>;
}
