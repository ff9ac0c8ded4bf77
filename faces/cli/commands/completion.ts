import { Argument } from 'commander';
import { completionScript, type Shell, shells } from '../completion-script.ts';
import { exit } from '../exit-code.ts';
import { wholeProgram } from '../program.ts';
import type { Verb } from '../verb.ts';

export const completion: Verb = {
  shape(command) {
    command
      .addArgument(new Argument('<shell>', 'which').choices([...shells]))
      .addHelpText(
        'after',
        '\nbash: source <(muster completion bash)\nfish: muster completion fish | source',
      );
  },
  async run(cli, [shell]) {
    cli.terminal.out(completionScript(shell as Shell, await wholeProgram()));
    return exit.ok;
  },
};
