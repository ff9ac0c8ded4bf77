import type { Answer, Proposal, Runs } from '../../../client/runs.ts';
import { verdictWords } from '../verdict-words.ts';

/** Sends a decision and says in words what became of it; a failure is words, too, for the view goes on. */
export async function decideWords(
  runs: Runs,
  run: string,
  decision: Answer | Proposal,
  title: string,
): Promise<string> {
  try {
    const { verdict, why } = await runs.decide(run, decision);
    if (verdict === 'counted') return `${title}: counted, by ${decision.by}.`;
    return `${title}: NOT counted: ${why ?? verdictWords[verdict]}.`;
  } catch (failure) {
    return `${title}: NOT sent: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
}
