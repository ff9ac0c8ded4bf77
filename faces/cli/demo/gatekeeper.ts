import { ClientFailure } from '../../../client/failure.ts';
import type { Runs } from '../../../client/runs.ts';
import type { AskView } from '../../../core/view.ts';
import type { Estate } from '../../../runbooks/shop/estate/layout.ts';
import { approvers, starter } from '../../../runbooks/shop/estate/people.ts';
import type { Cli } from '../cli.ts';
import { prove } from '../prove.ts';
import { terminalOf } from './terminal-of.ts';

/** Where people are played: by this terminal, with the keys of the estate. */
export interface Stage {
  readonly cli: Cli;
  readonly estate: Estate;
  readonly run: string;
}

/**
 * The people of `demo --yes`. At each gate who started the run says yes first, which the run refuses; then the others
 * do. Any other question is one that nobody is there to answer: the run is cancelled, with the question as the
 * reason. Returns when `signal` aborts.
 */
export async function keepGate(stage: Stage, signal: AbortSignal): Promise<void> {
  const { cli, run } = stage;
  const answered = new Set<string>();
  while (!signal.aborted) {
    try {
      const runs = await cli.runs();
      const { asks } = await runs.view(run);
      for (const ask of asks.filter(({ try: id }) => !answered.has(id))) {
        await (ask.ask.kind === 'gate' ? open(stage, runs, ask) : giveUp(stage, runs, ask));
        answered.add(ask.try);
      }
    } catch (failure) {
      // Whoever watches the run says that the service does not answer, and revives it.
      if (!(failure instanceof ClientFailure)) throw failure;
    }
    await cli.sleep(300, signal);
  }
}

async function open(stage: Stage, runs: Runs, { ask, try: id, rests }: AskView): Promise<void> {
  const choice = ask.choices.find(({ rejects }) => !rejects);
  if (!choice) throw new Error(`${ask.title}: there is nothing to say yes to`);
  const vote = { ask: id, choice: choice.name, answers: {}, rests };
  for (const by of [starter, ...approvers])
    await say(stage, runs, { ...vote, by, channel: 'cli', reason: 'muster demo --yes: nobody is asked' });
}

async function giveUp(stage: Stage, runs: Runs, { ask }: AskView): Promise<void> {
  const reason = `nobody is there to answer: ${ask.title}`;
  await say(stage, runs, { by: starter, channel: 'cli', reason, propose: [{ on: 'run', set: 'cancel' }] });
}

async function say(
  { cli, estate, run }: Stage,
  runs: Runs,
  said: Parameters<Runs['decide']>[1],
): Promise<void> {
  const { decision, sign } = await prove(terminalOf(cli, estate, said.by), runs, run, said);
  await runs.decide(run, decision, sign);
}
