import type { Answer, Proposal, Runs } from '../../client/runs.ts';
import { printable } from '../../core/printable.ts';
import type { RunView } from '../../core/view.ts';
import type { Cli } from './cli.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { askName, runName } from './asks.ts';
import { begunWords } from './live/begun-words.ts';
import { hasEnded, runWord } from './live/words.ts';
import { prove } from './prove.ts';
import { show } from './show.ts';
import { exitOfRefusal, verdictWords } from './verdict-words.ts';
import { typed } from './typed.ts';

/** Sends a decision, says whether it counted and what happens next. */
export async function decide(
  cli: Cli,
  runs: Runs,
  about: { readonly run: string; readonly what: string },
  said: Answer | Proposal,
): Promise<ExitCode> {
  const { decision, sign } = await prove(cli, runs, about.run, said);
  const { verdict, why } = await runs.decide(about.run, decision, sign);
  const view = await runs.view(about.run);
  const counted = verdict === 'counted';
  show(
    cli,
    { format: 1, run: view.run, verdict, ...(why === undefined ? {} : { why }), status: view.status },
    () =>
      counted
        ? `${printable(about.what)}: counted, by ${printable(decision.by)}.\n${printable(nextWords(view, decision))}`
        : `${printable(about.what)}: NOT counted: ${printable(why ?? verdictWords[verdict])}.`,
  );
  return counted ? exit.ok : exitOfRefusal(verdict);
}

/** What a run does now: what it still asks, what it works at. */
function nextWords(view: RunView, decision: Answer | Proposal): string {
  if (hasEnded(view)) return `The run is ${runWord[view.status].text.toLowerCase()}.`;
  const same = 'ask' in decision ? view.asks.find((ask) => ask.try === decision.ask) : undefined;
  const others = view.asks.filter((ask) => ask !== same).map((ask) => askName(ask, view.asks));
  const running = [...view.inner, ...view.nodes]
    .filter(({ id, status }) => status === 'running' && !view.asks.some(({ about }) => about.node === id))
    .map((node) => node.id);
  return [
    same?.begun ? `${begunWords(same, view.now)}.` : '',
    same && same.votes.length > 0
      ? `It needs more votes; so far ${same.votes.map((vote) => `${vote.by}: ${vote.choice}`).join(', ')}.`
      : '',
    running.length > 0 ? `At work: ${running.join(', ')}.` : '',
    others.length > 0 ? `Waiting for people: ${others.join(', ')}.` : '',
    typed`muster watch ${runName(view)}`,
  ]
    .filter((words) => words !== '')
    .join('\n');
}
