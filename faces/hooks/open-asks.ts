import type { Runs } from '../../client/runs.ts';
import type { Choice } from '../../core/ask.ts';
import type { AskView, RunView } from '../../core/view.ts';
import { askTitle, choicesOf } from '../cli/asks.ts';

const mostRuns = 100;

/** Everything that open runs ask, with what people must be shown before they answer and the digest of it. */
export async function openAsks(runs: Runs): Promise<readonly object[]> {
  const open = await runs.list({ limit: mostRuns, openOnly: true });
  const reachable = open.filter(({ status }) => status !== 'unreachable');
  const views = await Promise.all(reachable.map(({ run }) => runs.view(run)));
  return views.flatMap((view) => view.asks.map((ask) => asked(view, ask)));
}

const asked = ({ run, runbook, mode, from, to }: RunView, view: AskView) => ({
  ...{ run, runbook: runbook.name, mode, from, to },
  ...{ ask: view.try, kind: view.ask.kind, title: askTitle(view) },
  ...(view.ask.instructions !== undefined && { instructions: view.ask.instructions }),
  ...(view.message !== undefined && { message: view.message }),
  ...{ shown: view.shown, rests: view.rests },
  choices: choicesOf(view).map(choiceOf),
  answers: view.ask.answers,
  votes: view.votes,
  /** The run takes no answer from here where this is false. */
  takesWebhook: view.ask.channels?.includes('webhook') ?? true,
  openedAt: view.openedAt,
  ...(view.closesAt !== undefined && { closesAt: view.closesAt }),
});

const choiceOf = ({ name, title, by, rejects, begins, reason }: Choice) => ({
  ...{ name, title, by, rejects, begins: begins === true, reason },
});
