import type { Answer, Proposal, Runs } from '../../../client/runs.ts';
import type { Cli } from '../cli.ts';
import { prove } from '../prove.ts';
import { verdictWords } from '../verdict-words.ts';

/** Sends a decision and says in words what became of it; a failure is words, too, for the view goes on. */
export async function decideWords(
  cli: Cli,
  { runs, run, title }: { readonly runs: Runs; readonly run: string; readonly title: string },
  said: Answer | Proposal,
): Promise<string> {
  try {
    const { decision, sign } = await prove(cli, runs, run, said);
    const { verdict, why } = await runs.decide(run, decision, sign);
    if (verdict === 'counted') return `${title}: counted, by ${decision.by}.`;
    return `${title}: NOT counted: ${why ?? verdictWords[verdict]}.`;
  } catch (failure) {
    return `${title}: NOT sent: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
}
