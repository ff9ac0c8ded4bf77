import { ClientFailure } from '../../../client/failure.ts';
import type { Runs } from '../../../client/runs.ts';
import type { AskView } from '../../../core/view.ts';
import type { Cli } from '../cli.ts';

const demo = { by: 'demo', channel: 'cli' } as const;

/**
 * The person of `demo --yes`: votes for opening each gate. Any other question is one that nobody is there to
 * answer: the run is cancelled, with the question as the reason. Returns when `signal` aborts.
 */
export async function keepGate(cli: Cli, run: string, signal: AbortSignal): Promise<void> {
  const answered = new Set<string>();
  while (!signal.aborted) {
    try {
      const runs = await cli.runs();
      const { asks } = await runs.view(run);
      for (const ask of asks.filter(({ try: id }) => !answered.has(id))) {
        await (ask.ask.kind === 'gate' ? open(runs, run, ask) : giveUp(runs, run, ask));
        answered.add(ask.try);
      }
    } catch (failure) {
      // Whoever watches the run says that the service does not answer, and revives it.
      if (!(failure instanceof ClientFailure)) throw failure;
    }
    await cli.sleep(300, signal);
  }
}

async function open(runs: Runs, run: string, { ask, try: id, rests }: AskView): Promise<void> {
  const choice = ask.choices.find(({ rejects }) => !rejects);
  if (!choice) throw new Error(`${ask.title}: there is nothing to say yes to`);
  const reason = 'muster demo --yes: nobody is asked';
  await runs.decide(run, { ...demo, reason, ask: id, choice: choice.name, answers: {}, rests });
}

async function giveUp(runs: Runs, run: string, { ask }: AskView): Promise<void> {
  const reason = `nobody is there to answer: ${ask.title}`;
  await runs.decide(run, { ...demo, reason, propose: [{ on: 'run', set: 'cancel' }] });
}
