import type { Person } from '../../core/names.ts';
import { KeyFailure } from '../../people/failure.ts';
import type { Cli } from './cli.ts';
import { keyOfPerson } from './prove.ts';

/**
 * Who looks at a run, so that what waits for her is said to her: the name that was given, else whose key is at hand, as
 * it would sign what she decides, else the login name.
 */
export async function whoLooks(cli: Cli, run: string, named: Person | undefined): Promise<Person> {
  if (named !== undefined) return named;
  const roster = await (await cli.runs()).roster(run);
  if (!roster) return cli.person;
  try {
    return (await keyOfPerson(cli, roster, cli.person)).person;
  } catch (failure) {
    // Whoever has no key may look all the same.
    if (failure instanceof KeyFailure) return cli.person;
    throw failure;
  }
}
