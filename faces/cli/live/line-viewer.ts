import type { Runs } from '../../../client/runs.ts';
import type { Person } from '../../../core/names.ts';
import type { AskView, RunView } from '../../../core/view.ts';
import { choicesOf, commandFor } from '../asks.ts';
import type { Cli } from '../cli.ts';
import { json, tell } from '../show.ts';
import { clockIn } from '../time.ts';
import { isFor, mayChoose, whomWords } from '../whom.ts';
import { banner } from './banner.ts';
import { eventLine } from './event-line.ts';
import { safe } from './safe.ts';
import { lostWords, type Viewer } from './viewer.ts';

const page = 500;

/** Shows a run as one line for each transition: for logs, pipes and dumb terminals. `jsonl` gives the events as data. */
export function lineViewer(
  cli: Cli,
  { run, person }: { readonly run: string; readonly person: string },
): Viewer {
  let after = 0;
  let isLost = false;
  let begun = false;
  const told = new Set<string>();
  return {
    async look(runs) {
      const view = await runs.view(run);
      if (!begun) tell(cli, heading(cli, safe(view)));
      begun = true;
      if (isLost) tell(cli, 'The orchestrator answers again.');
      isLost = false;
      after = await showEvents(cli, runs, view, after);
      for (const ask of safe(view).asks.filter((open) => !told.has(open.try))) {
        told.add(ask.try);
        tell(
          cli,
          askedWords(ask, person, view)
            .map((line) => `          ${line}`)
            .join('\n'),
        );
      }
      return view;
    },
    lost(reason, last) {
      if (!isLost) tell(cli, lostWords(reason, last));
      isLost = true;
    },
    close: () => undefined,
  };
}

/** What to type, to whom it waits for; to others whom it waits for. */
function askedWords(ask: AskView, person: Person, view: RunView): string[] {
  const mine = isFor(ask, person, view);
  const whom = mine ? '' : whomWords(ask);
  const choices = choicesOf(ask).filter(
    (choice) => (!mine && whom === '') || mayChoose(ask, choice, person, view),
  );
  return [
    ...(whom === '' ? [] : [`waits for ${whom}`]),
    ...choices.map((choice) => commandFor(ask, choice, view)),
  ];
}

const heading = (cli: Cli, view: RunView): string =>
  banner(
    view.mode,
    [view.runbook.name, `${view.from} > ${view.to}`, view.run],
    cli.terminal.size().columns,
    cli.paint,
  );

/** Shows the events after a number, page by page, and returns the number of the last. */
async function showEvents(cli: Cli, runs: Runs, view: RunView, after: number): Promise<number> {
  const events = await runs.events(view.run, after, page);
  const manner = { clock: clockIn(cli.zone, cli.now()), mode: view.mode };
  for (const event of events) {
    if (cli.settings.output === 'jsonl') cli.terminal.out(`${json(event)}\n`);
    else tell(cli, eventLine(safe(event), manner) ?? '');
  }
  const last = events.at(-1);
  if (!last) return after;
  return last.seq < view.lastEvent ? showEvents(cli, runs, view, last.seq) : last.seq;
}
