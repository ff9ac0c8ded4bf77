import { ClientFailure } from '../../../client/failure.ts';
import type { Runs } from '../../../client/runs.ts';
import { formatDuration, type Instant, type Milliseconds } from '../../../core/units.ts';
import type { RunView } from '../../../core/view.ts';
import type { Cli } from '../cli.ts';
import { again, unreachable } from './come-back.ts';
import { lineViewer } from './line-viewer.ts';
import { LiveViewer } from './live-viewer.ts';
import type { Leaving, Viewer } from './viewer.ts';
import { hasEnded } from './words.ts';

export interface WatchOptions {
  readonly run: string;
  readonly person: string;
  /** When to stop watching although the run goes on. */
  readonly until?: Instant;
}

/** How watching ended: with the run, with the time that was given, with the service, or with the person. */
export type Watched = { readonly how: 'ended'; readonly view: RunView } | Unended;

export interface Unended {
  readonly how: 'waited' | 'stopped' | Leaving;
  /** As last seen; undefined where it never was. */
  readonly view: RunView | undefined;
}

const often: Milliseconds = 500;
const seldom: Milliseconds = 10_000;
const patience: Milliseconds = 2_000;
const longest: Milliseconds = 8_000;

/** Shows a run until it ends or somebody leaves; a service that does not answer is waited for. */
export async function watchRun(cli: Cli, options: WatchOptions): Promise<Watched> {
  const stop = new AbortController();
  const leave = (how: Leaving): void => stop.abort(how);
  const forget = cli.terminal.onInterrupt(() => leave('interrupted'));
  const inPlace = cli.terminal.redraws && cli.settings.output === 'text';
  const viewer = inPlace
    ? new LiveViewer(cli, { run: options.run, person: options.person, leave })
    : lineViewer(cli, options);
  try {
    return await watch(cli, viewer, stop.signal, options.until);
  } finally {
    viewer.close();
    forget();
  }
}

async function watch(
  cli: Cli,
  viewer: Viewer,
  stop: AbortSignal,
  until: Instant = Infinity,
): Promise<Watched> {
  let runs = await cli.runs();
  let view: RunView | undefined;
  let pause = often;
  const leaving = whenLeft(stop);
  while (!stop.aborted) {
    const begun = cli.now();
    try {
      view = (await Promise.race([lookSoon(cli, viewer, runs, view), leaving])) ?? view;
      if (view && hasEnded(view)) return { how: 'ended', view };
      // A slow answer is a loaded service: it is asked less often.
      pause = Math.min(seldom, Math.max(often, 3 * (cli.now() - begun)));
    } catch (failure) {
      viewer.lost(unreachable(failure).message, view);
      const found = await Promise.race([again(cli), leaving]);
      if (found === 'stopped') return { how: 'stopped', view };
      runs = found ?? runs;
      pause = Math.min(seldom, 2 * pause);
    }
    if (cli.now() >= until) return { how: 'waited', view };
    await cli.sleep(Math.min(pause, until - cli.now()), stop);
  }
  return { how: stop.reason as Leaving, view };
}

/** Looks; says so when the answer takes its time, for what is shown is old then, and gives up at last. */
async function lookSoon(cli: Cli, viewer: Viewer, runs: Runs, last: RunView | undefined): Promise<RunView> {
  const answered = new AbortController();
  const look = viewer.look(runs).finally(() => answered.abort());
  const silent = async (): Promise<RunView> => {
    await cli.sleep(patience, answered.signal);
    if (!answered.signal.aborted) viewer.lost('no answer yet', last);
    await cli.sleep(longest, answered.signal);
    if (answered.signal.aborted) return look;
    throw new ClientFailure('unreachable', `no answer for ${formatDuration(patience + longest)}`);
  };
  return Promise.race([look, silent()]);
}

/** Whoever leaves need not wait for a connection. */
const whenLeft = async (stop: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => stop.addEventListener('abort', () => resolve(undefined), { once: true }));
