import { Command, CommanderError, Option } from 'commander';
import type { Cli } from './cli.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { type VerbEntry, verbs } from './verbs.ts';

/** What a command line comes to: nothing yet (help was shown), or a verb's exit code. */
export interface Program {
  readonly command: Command;
  readonly result: () => ExitCode;
}

/** What the global options hold after parsing. */
export type GlobalOptions = {
  readonly output: 'text' | 'json' | 'jsonl';
  readonly color: 'auto' | 'always' | 'never';
  readonly input: boolean;
  readonly debug?: true;
  readonly address?: string;
  readonly namespace?: string;
  readonly key?: string;
};

/** The program with its global options and the names of its verbs; no verb is loaded. */
export function globalProgram(version: string): Command {
  return new Command('muster')
    .helpCommand('help [verb]', 'show the help of a verb')
    .description(
      'Disaster-recovery runbooks that restore in order, inside budgets, with people at the gates.',
    )
    .version(version)
    .addOption(
      new Option('--output <form>', 'form of the data').choices(['text', 'json', 'jsonl']).default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-input', 'never ask at the terminal')
    .option('--debug', 'show stack traces')
    .option('--address <host:port>', 'Temporal service (TEMPORAL_ADDRESS)')
    .option('--namespace <name>', 'its namespace (TEMPORAL_NAMESPACE)')
    .option('--key <file>', 'signs what you decide, in runs with a roster (MUSTER_KEY, or ssh-agent)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExit codes, environment and every option: docs/cli.md')
    .exitOverride();
}

/** The global options of a command line and the verb that it means, `help NAME` included; wrong values are left to the real parse. */
export function firstLook(
  argv: readonly string[],
  version: string,
): { readonly options: GlobalOptions; readonly verb: VerbEntry | undefined } {
  const silent = globalProgram(version)
    .configureOutput({ writeErr: () => undefined })
    .allowUnknownOption();
  try {
    const [first, second] = silent.parseOptions([...argv]).operands;
    const named = first === 'help' ? second : first;
    const verb =
      named === undefined ? undefined : verbs.find(({ name, alias }) => name === named || alias === named);
    return { options: silent.opts<GlobalOptions>(), verb };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { options: { output: 'text', color: 'auto', input: true }, verb: undefined };
  }
}

/** The whole program, in which only the verb that was typed knows its options. */
export async function buildProgram(
  cli: Cli,
  meant: VerbEntry | undefined,
  version: string,
): Promise<Program> {
  let code: ExitCode = exit.ok;
  const command = globalProgram(version).configureOutput({
    writeOut: (text) => cli.terminal.out(text),
    writeErr: (text) => cli.terminal.err(text),
  });
  for (const entry of verbs) {
    const sub = command
      .command(entry.name)
      .summary(entry.summary)
      .description(capital(entry.summary))
      .helpGroup(entry.group);
    if (entry.alias !== undefined) sub.alias(entry.alias);
    if (entry !== meant) continue;
    const verb = await entry.load();
    verb.shape(sub);
    sub.action(async () => {
      // Not `args`, which lack the defaults.
      const given = sub.processedArgs.flat().filter((arg) => arg !== undefined) as string[];
      code = await verb.run(cli, given, sub.opts<never>());
    });
  }
  return { command, result: () => code };
}

/** Every verb with its options, for completion and the documentation's test. */
export async function wholeProgram(): Promise<Command> {
  const command = globalProgram('');
  for (const entry of verbs) {
    const sub = command.command(entry.name).summary(entry.summary);
    if (entry.alias !== undefined) sub.alias(entry.alias);
    (await entry.load()).shape(sub);
  }
  return command;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
