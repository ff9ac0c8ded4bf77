import type { Runs } from '../../client/runs.ts';
import { printable } from '../../core/printable.ts';
import type { AskView, RunView } from '../../core/view.ts';
import { askName, askTitle, choicesOf, isMeant, retryCommand, shutNodes } from './asks.ts';
import { CliFailure } from './failure.ts';
import { hasEnded, runWord } from './live/words.ts';
import { shellWord } from './typed.ts';

const enough = 100;

/** The runs that somebody may mean who names none: all that are open. */
async function openRuns(runs: Runs): Promise<readonly RunView[]> {
  const open = await runs.list({ limit: enough, openOnly: true });
  const reachable = open.filter((run) => run.status !== 'unreachable');
  return Promise.all(reachable.map((run) => runs.view(run.run)));
}

/**
 * The run that is meant: the named one, or the only one that is open.
 * @throws CliFailure where none is named and not exactly one is open.
 */
export async function runMeant(runs: Runs, named: string | undefined): Promise<RunView> {
  if (named !== undefined) return runs.view(named);
  const open = await openRuns(runs);
  const [only] = open;
  if (only && open.length === 1) return only;
  if (!only)
    throw new CliFailure('No run is open.', { hint: 'muster list --all shows those that have ended.' });
  throw new CliFailure('More than one run is open; say which one is meant.', {
    hint: open.map((view) => `${view.run}  ${view.mode} of ${view.runbook.name}`).join('\n  '),
  });
}

/** An open ask and the run that asks. */
export interface Asked {
  readonly view: RunView;
  readonly ask: AskView;
}

/** Which ask somebody means: by its gate, system, step or try, in a run, with one of these choices. */
export interface MeantAsk {
  readonly named: string | undefined;
  readonly run: string | undefined;
  readonly choices: readonly string[];
}

/** The open asks that can be meant, and all that are open. */
export async function asksMeant(
  runs: Runs,
  meant: MeantAsk,
): Promise<{ fitting: Asked[]; open: Asked[]; views: readonly RunView[] }> {
  const { named, run, choices } = meant;
  const views = run === undefined ? await openRuns(runs) : [await runs.view(run)];
  const open = views.flatMap((view) => view.asks.map((ask) => ({ view, ask })));
  const fitting = open.filter(
    ({ ask }) =>
      (named === undefined || isMeant(ask, named)) &&
      (choices.length === 0 || ask.ask.choices.some((choice) => choices.includes(choice.name))),
  );
  return { fitting, open, views };
}

/** @throws CliFailure where no open ask, or more than one, can be meant. */
export async function askMeant(runs: Runs, meant: MeantAsk): Promise<Asked> {
  const { fitting, open, views } = await asksMeant(runs, meant);
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  if (only) throw severalMeant(fitting);
  const [view] = views;
  if (view && meant.run !== undefined && hasEnded(view))
    throw new CliFailure(`The run ${printable(view.run)} has ended: ${runWord[view.status].text}.`);
  const shut = views.flatMap((one) => shutNodes(one).map((node) => retryCommand(node, one)));
  if (open.length === 0) throw new CliFailure('Nothing is asked at the moment.', hintOf(shut));
  const what = meant.named === undefined ? 'that' : printable(meant.named);
  throw new CliFailure(`Nothing that is asked now fits ${what}. Open are:`, {
    hint: [...open.map(askLine), ...shut].join('\n  '),
  });
}

/** How to ask again what is shut. */
const hintOf = (shut: readonly string[]): { hint?: string } =>
  shut.length > 0 ? { hint: `Shut, and can be asked again:\n  ${shut.join('\n  ')}` } : {};

export const severalMeant = (fitting: readonly Asked[]): CliFailure =>
  new CliFailure('More than one open question can be meant; name it and its run:', {
    hint: fitting.map(askLine).join('\n  '),
  });

const askLine = ({ view, ask }: Asked): string => {
  const choices = choicesOf(ask)
    .map((choice) => choice.name)
    .join(', ');
  return printable(
    `${shellWord(askName(ask, view.asks))}  ${askTitle(ask)}  (${choices}; run ${view.runbook.name})`,
  );
};
