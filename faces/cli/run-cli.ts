import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../local/package-root.ts';
import type { Cli } from './cli.ts';
import type { ExitCode } from './exit-code.ts';
import { processCli } from './process-cli.ts';
import { buildProgram, firstLook, type GlobalOptions } from './program.ts';
import { reportFailure } from './report-failure.ts';

/** Runs one command line (without interpreter and script) and says how the process should end; tests hand in their own `Cli`. */
export async function runCli(
  argv: readonly string[],
  makeCli: (options: GlobalOptions) => Cli = processCli,
): Promise<ExitCode> {
  const version = ownVersion();
  const { options, verb } = firstLook(argv, version);
  const cli = makeCli(options);
  try {
    const { command, result } = await buildProgram(cli, verb, version);
    // Without a verb it is a question: the help is the answer, not an error.
    await command.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return result();
  } catch (failure) {
    return reportFailure(failure, cli.terminal, cli.settings);
  }
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
