import { Argument } from 'commander';
import { destroyPrimary } from '../../../runbooks/shop/estate/disaster.ts';
import { readEstate } from '../../../runbooks/shop/estate/layout.ts';
import type { Cli } from '../cli.ts';
import { buildShop } from '../demo/build-shop.ts';
import { countShop } from '../demo/count-shop.ts';
import { endDemo } from '../demo/end-demo.ts';
import { estateDirectory, standingEstate } from '../demo/place.ts';
import { type DemoOptions, wholeDemo } from '../demo/whole-demo.ts';
import { countLines, prepareLines } from '../demo/words.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { show, tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Part = (cli: Cli, options: DemoOptions) => Promise<ExitCode>;

/** The whole demo, or one part of it for whoever wants to play the rest by hand. */
const parts: Readonly<Record<string, Part>> = { all: wholeDemo, prepare, destroy, count, end };

export const demo: Verb<DemoOptions> = {
  shape(command) {
    command
      .addArgument(
        new Argument('[part]', 'one part alone: build the shop, lose its primary site, count, or end it')
          .choices(Object.keys(parts))
          .default('all'),
      )
      .option('--yes', 'say yes at the gate, so that nobody is asked')
      .option('--keep', 'leave the recovered shop open at the end')
      .option('--directory <path>', 'where the shop stands (default: demo in the state directory)');
  },
  run: (cli, [part = 'all'], options) => (parts[part] ?? wholeDemo)(cli, options),
};

async function prepare(cli: Cli, options: DemoOptions): Promise<ExitCode> {
  const estate = await buildShop(cli, estateDirectory(options.directory));
  show(cli, { format: 1, estate }, () => prepareLines(estate).join('\n'));
  return exit.ok;
}

function destroy(cli: Cli, { directory }: DemoOptions): Promise<ExitCode> {
  const estate = standingEstate(directory);
  destroyPrimary(estate);
  tell(cli, `The primary's database files and uploads in ${estate.directory} are gone.`);
  return Promise.resolve(exit.ok);
}

async function count(cli: Cli, { directory }: DemoOptions): Promise<ExitCode> {
  const counted = await countShop(standingEstate(directory));
  show(cli, { format: 1, ...counted }, () => countLines(counted).join('\n'));
  return exit.ok;
}

async function end(cli: Cli, options: DemoOptions): Promise<ExitCode> {
  const directory = estateDirectory(options.directory);
  if (readEstate(directory)) await endDemo(cli, directory);
  tell(cli, `No shop stands in ${directory} any more.`);
  return exit.ok;
}
