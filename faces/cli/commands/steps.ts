import { LocalFailure } from '../../../local/local-failure.ts';
import { musterHome } from '../../../local/home.ts';
import type { Cli } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { isAway, openRunIds, setAsideHere, stepsHere, withRuns } from '../host-steps.ts';
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
        '\nAn ORPHAN lives, or ended as nobody knows, and its run is not open any more. It exits with 3 where there is one.',
      );
  },
  async run(cli, _args, options) {
    const home = musterHome();
    if (options.setAside) return showSetAside(cli, home);
    const here = await stepsHere(home);
    const open = options.offline ? undefined : await openRuns(cli);
    const found = withRuns(here, open).filter((step) => options.all ?? matters(step));
    show(cli, { format: 1, home, openRunsKnown: open !== undefined, steps: found }, () =>
      found.length === 0
        ? nothing(home, options)
        : stepLines(safe(found), {
            columns: cli.terminal.size().columns,
            clock: clockIn(cli.zone, cli.now()),
          }).join('\n'),
    );
    if (!open && !options.offline) return exit.unreachable;
    return found.some(({ orphan }) => orphan) ? exit.impaired : exit.ok;
  },
};

/** Nothing of it is deleted by looking, nor by itself. */
async function showSetAside(cli: Cli, home: string): Promise<ExitCode> {
  const left = await setAsideHere(home);
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

/** A service that is gone is when these directories are needed most: they are shown without its answer. */
async function openRuns(cli: Cli): Promise<ReadonlySet<string> | undefined> {
  try {
    return await openRunIds(await cli.runs());
  } catch (failure) {
    if (!isAway(failure) && !(failure instanceof LocalFailure)) throw failure;
    tell(cli, `Which runs are open nobody can say, so no orphan is marked: ${safe(failure.message)}`);
    return undefined;
  }
}
