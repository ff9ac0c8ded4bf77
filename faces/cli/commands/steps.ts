import { LocalFailure } from '../../../local/local-failure.ts';
import { musterHome } from '../../../local/home.ts';
import type { FoundStep } from '../../../host/list-steps.ts';
import type { Cli, RunsThere } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { givenUpHere, isAway, openRunIds, setAsideHere, stepsHere, withRuns } from '../host-steps.ts';
import { safe } from '../live/safe.ts';
import { setAsideLines, setAsideTotal } from '../set-aside-lines.ts';
import { show, tell } from '../show.ts';
import { type HostStep, stepLines } from '../step-lines.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly all?: true;
  readonly offline?: true;
  readonly setAside?: true;
}

/** Lists what this host was asked to do, as its own disk and processes say it; the service only says which runs are open. */
export const steps: Verb<Options> = {
  shape(command) {
    command
      .option('--all', 'also what has ended')
      .option('--offline', 'do not ask the service which runs are open')
      .option('--set-aside', 'what runs replaced and kept on this host, the oldest first')
      .addHelpText(
        'after',
        '\nAn ORPHAN lives, or ended as nobody knows, and its run is not open any more;\nGIVEN UP is at work, and its run goes on without it. It exits with 3 where there is one of them.',
      );
  },
  async run(cli, _args, options) {
    const home = musterHome();
    if (options.setAside) return showSetAside(cli, home);
    const here = await stepsHere(home);
    const known = options.offline ? undefined : await runsKnown(cli, here);
    const found = withRuns(here, known?.open, known?.givenUp).filter((step) => options.all ?? matters(step));
    show(cli, { format: 1, home, openRunsKnown: known !== undefined, steps: found }, () =>
      found.length === 0
        ? nothing(home, options)
        : stepLines(safe(found), {
            columns: cli.terminal.size().columns,
            clock: clockIn(cli.zone, cli.now()),
          }).join('\n'),
    );
    if (!known && !options.offline) return exit.unreachable;
    return found.some(({ orphan }) => orphan) ? exit.impaired : exit.ok;
  },
};

/** Nothing of it is deleted by looking, nor by itself. */
async function showSetAside(cli: Cli, home: string): Promise<ExitCode> {
  const left = await setAsideHere(cli, home);
  const frame = { columns: cli.terminal.size().columns, now: cli.now() };
  show(cli, { format: 1, home, setAside: left }, () =>
    left.length === 0
      ? `Nothing that a run has replaced is set aside on this host (${home}).`
      : [...setAsideLines(safe(left), frame), ...setAsideTotal(safe(left), frame)].join('\n'),
  );
  return exit.ok;
}

/** What has ended well enough is history, but a step of an open run is looked for. */
const matters = ({ observation: { state }, open }: HostStep): boolean =>
  state === 'running' || state === 'unknown' || open === true;

const nothing = (home: string, { all }: Options): string =>
  all
    ? `No step was ever started on this host (${home}).`
    : `No step is at work on this host (${home}). --all shows those that have ended.`;

interface Known {
  readonly open: ReadonlySet<string>;
  /** The directories of tries that their runs go on without. */
  readonly givenUp: ReadonlySet<string>;
}

/** A service that is gone is when these directories are needed most: they are shown without its answer, and none is started. */
async function runsKnown(cli: Cli, here: readonly FoundStep[]): Promise<Known | undefined> {
  const unknown = (why: string): undefined => {
    tell(cli, `Which runs are open nobody can say, so no orphan is marked: ${safe(why)}`);
    return undefined;
  };
  if (here.length === 0) return { open: new Set(), givenUp: new Set() };
  let there: RunsThere | undefined;
  try {
    there = await cli.runsThere();
    if (!there) return unknown('no service is configured, and none runs on this machine.');
    if (there.differs !== undefined) return unknown(`${there.differs}.`);
    const open = await openRunIds(there.runs);
    return { open, givenUp: await givenUpHere(there.runs, here, open, (line) => tell(cli, safe(line))) };
  } catch (failure) {
    if (!isAway(failure) && !(failure instanceof LocalFailure)) throw failure;
    return unknown(failure.message);
  }
}
