import { type Command, InvalidArgumentError } from 'commander';
import type { Milliseconds } from '../../core/units.ts';
import { formatDuration, parseDuration } from '../../core/units.ts';
import type { RunView } from '../../core/view.ts';
import { ServiceStopped } from '../../local/local-failure.ts';
import { runName } from './asks.ts';
import type { Cli } from './cli.ts';
import { exit, exitCode, type ExitCode } from './exit-code.ts';
import { safe } from './live/safe.ts';
import { summary } from './live/summary.ts';
import { type Unended, watchRun } from './live/watch-run.ts';
import { show, tell } from './show.ts';
import { clockIn } from './time.ts';
import { typed } from './typed.ts';

export type FollowOptions = { readonly wait?: Milliseconds };

export const withFollow = (command: Command): Command =>
  command.option(
    '--wait <duration>',
    'stop watching after this long, with exit code 5; the run goes on',
    duration,
  );

function duration(text: string): Milliseconds {
  const length = parseDuration(text);
  if (length === undefined) throw new InvalidArgumentError('Write a duration such as 90s, 15m or 1h30m.');
  return length;
}

const exitOf = {
  stopped: exit.unreachable,
  waited: exit.waiting,
  left: exit.interrupted,
  interrupted: exit.interrupted,
} as const satisfies Record<Unended['how'], ExitCode>;

/** Watches a run to its end, says what it came to, and gives the exit code that belongs to it. */
export async function follow(
  cli: Cli,
  about: { readonly run: string; readonly person: string },
  { wait }: FollowOptions,
): Promise<ExitCode> {
  const watched = await watchRun(cli, {
    ...about,
    ...(wait === undefined ? {} : { until: cli.now() + wait }),
  });
  if (watched.how === 'ended') return ended(cli, watched.view, about.person);
  tell(cli, goesOn(watched, about.run, wait));
  return exitOf[watched.how];
}

/** Prints what a run came to. */
export function ended(cli: Cli, view: RunView, person: string): ExitCode {
  const { columns, rows } = cli.terminal.size();
  const scene = {
    view: safe(view),
    progress: {},
    columns,
    rows,
    paint: cli.paint,
    clock: clockIn(cli.zone, view.now),
    person,
  };
  show(cli, view, () => summary(scene).join('\n'));
  return exitCode(view);
}

function goesOn({ how, view }: Unended, run: string, wait: Milliseconds | undefined): string {
  const back = typed`muster watch ${view ? safe(runName(view)) : run}`;
  if (how === 'stopped') return `${new ServiceStopped().message} Then: ${back}`;
  if (how !== 'waited') return `You no longer watch; THE RUN GOES ON. Come back with: ${back}`;
  const asks = view?.asks.length ?? 0;
  const why = asks > 0 ? `it waits for people (${asks} open)` : 'it is at work';
  return `After ${formatDuration(wait ?? 0)} the run has not ended: ${why}. It goes on: ${back}`;
}
