import type { Change } from '../../core/change.ts';
import type { RunView } from '../../core/view.ts';
import { type ActorOptions, actorOf } from './actor.ts';
import type { Cli } from './cli.ts';
import { decide } from './decide.ts';
import type { ExitCode } from './exit-code.ts';
import { changeWords } from './live/event-line.ts';
import { banner } from './live/banner.ts';
import { safe } from './live/safe.ts';
import { runMeant } from './runs-meant.ts';
import { tell } from './show.ts';

/** Proposes one change of a run in a person's name. */
export async function propose(
  cli: Cli,
  about: { readonly run: string | undefined; readonly change: (view: RunView) => Change },
  options: ActorOptions,
): Promise<ExitCode> {
  const view = await runMeant(await cli.runs(), about.run);
  return proposeTo(cli, view, about.change(view), options);
}

export async function proposeTo(
  cli: Cli,
  view: RunView,
  change: Change,
  options: ActorOptions,
): Promise<ExitCode> {
  const what = changeWords(change);
  const words = safe([view.runbook.name, `${view.from} > ${view.to}`, what]);
  tell(cli, banner(view.mode, words, cli.terminal.size().columns, cli.paint));
  const actor = await actorOf(cli, options);
  return decide(cli, await cli.runs(), { run: view.run, what }, { ...actor, propose: [change] });
}
