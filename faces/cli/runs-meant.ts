import type { Runs } from '../../client/runs.ts';
import { printable } from '../../core/printable.ts';
import type { AskView, RunView } from '../../core/view.ts';
import { askName, askTitle, choicesOf, choiceWords, isMeant, retryCommand, shutNodes } from './asks.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { hasEnded, runWord } from './live/words.ts';
import { type OpenRuns, openRuns, type SilentRun, silentLines } from './open-runs.ts';
import { shellWord } from './typed.ts';

/**
 * The run that is meant: the named one, or the only one that is open.
 * @throws CliFailure where none is named and not exactly one is open, or one that may be meant does not say how it stands.
 */
export async function runMeant(runs: Runs, named: string | undefined): Promise<RunView> {
  if (named !== undefined) return runs.view(named);
  const open = await openRuns(runs);
  const { views, silent } = open;
  const [only] = views;
  if (only && views.length === 1 && silent.length === 0) return only;
  if (!only && silent.length > 0) throw nobodySays(silent);
  if (!only)
    throw new CliFailure('No run is open.', { hint: 'muster list --all shows those that have ended.' });
  throw new CliFailure('More than one run is open; say which one is meant.', { hint: openHint(open) });
}

/** Whoever hears that nothing is open starts a second recovery. */
const nobodySays = (silent: readonly SilentRun[]): CliFailure =>
  new CliFailure(
    silent.some(({ unlisted }) => !unlisted)
      ? 'A run is open, but does not say yet how it stands. Start no other.'
      : 'The list of open runs is empty, but what is open is not known yet. Start no other run.',
    {
      exitCode: exit.unreachable,
      hint: [
        ...silentLines(silent),
        'After a restart it takes some seconds until a worker answers: ask again. muster doctor says what is missing.',
      ].join('\n  '),
    },
  );

const openHint = ({ views, silent }: OpenRuns): string =>
  [...views.map((view) => `${view.run}  ${view.mode} of ${view.runbook.name}`), ...silentLines(silent)].join(
    '\n  ',
  );

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
): Promise<{ fitting: Asked[]; open: Asked[] } & OpenRuns> {
  const { named, run, choices } = meant;
  const { views, silent } =
    run === undefined ? await openRuns(runs) : { views: [await runs.view(run)], silent: [] };
  const open = views.flatMap((view) => view.asks.map((ask) => ({ view, ask })));
  const fitting = open.filter(
    ({ ask }) =>
      (named === undefined || isMeant(ask, named)) &&
      (choices.length === 0 || ask.ask.choices.some((choice) => choices.includes(choice.name))),
  );
  return { fitting, open, views, silent };
}

/** @throws CliFailure where no open ask, or more than one, can be meant. */
export async function askMeant(runs: Runs, meant: MeantAsk): Promise<Asked> {
  const { fitting, open, views, silent } = await asksMeant(runs, meant);
  const [only] = fitting;
  // What a silent run asks may be what is meant, unless it is called by its name.
  if (silent.length > 0 && (!only || meant.named === undefined)) throw nobodySays(silent);
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
    .map((choice) => `${choice.name}: ${choiceWords(choice)}`)
    .join('; ');
  return printable(
    `${shellWord(askName(ask, view.asks))}  ${askTitle(ask)}  (${choices}; run ${view.runbook.name})`,
  );
};
