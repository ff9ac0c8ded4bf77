import { type Estate, places } from '../../../runbooks/shop/estate/layout.ts';
import type { Person } from '../../../core/names.ts';
import type { Cli } from '../cli.ts';

/** The terminal of one of the shop's people: what is decided there is decided in her name, and signed with her key. */
export const terminalOf = (cli: Cli, estate: Pick<Estate, 'directory'>, person: Person): Cli => ({
  ...cli,
  person,
  settings: { ...cli.settings, key: places(estate).key(person) },
});
