import { printable } from '../../core/printable.ts';
import { askPerson } from './ask-person.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';
import { shellWord } from './typed.ts';

/**
 * Makes sure that somebody means it: the name is typed at the terminal, or given as `--confirm NAME`.
 * @throws CliFailure where it is neither.
 */
export async function confirmName(
  cli: Cli,
  about: { readonly name: string; readonly what: string },
  given: string | undefined,
): Promise<void> {
  const name = printable(about.name);
  if (given === undefined && !cli.terminal.asks) {
    throw new CliFailure(`${about.what}. That must be confirmed, and nobody can be asked here.`, {
      hint: `--confirm ${shellWord(name)}`,
    });
  }
  const typed = given ?? (await askPerson(cli, `${about.what}. Type ${name} to confirm:`));
  if (typed !== about.name) throw new CliFailure(`Not confirmed: that is not ${name}. Nothing was done.`);
}
