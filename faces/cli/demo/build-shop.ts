import { existsSync, readdirSync } from 'node:fs';
import { type Estate, places, readEstate } from '../../../runbooks/shop/estate/layout.ts';
import { prepareEstate } from '../../../runbooks/shop/estate/prepare.ts';
import { removeEstate } from '../../../runbooks/shop/estate/stop.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { tell } from '../show.ts';
import { signRosterFile } from '../sign-roster.ts';
import { postgresCache } from './place.ts';

/**
 * Builds the shop in a directory; one that stands there from before is ended and deleted.
 * @throws CliFailure where the directory holds something else, or where a part of the shop cannot be had.
 */
export async function buildShop(cli: Cli, directory: string): Promise<Estate> {
  const say = (line: string) => tell(cli, `  ${line}`);
  if (readEstate(directory)) {
    say(`ending the shop that stood in ${directory}`);
    await removeEstate({ directory });
  } else if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new CliFailure(`${directory} is not empty, and what is in it is not the demo's.`);
  }
  const interrupted = new AbortController();
  const forget = cli.terminal.onInterrupt(() =>
    interrupted.abort(new CliFailure('Interrupted.', { exitCode: exit.interrupted })),
  );
  try {
    const estate = await prepareEstate({
      directory,
      cache: postgresCache(),
      orders: 3_000,
      uploads: 300,
      tell: say,
      signal: interrupted.signal,
    });
    const { key, roster } = places(estate);
    await signRosterFile(cli, roster, { file: key('keeper'), named: true });
    return estate;
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    forget();
  }
}
