import type { Runs } from '../../../client/runs.ts';
import type { Refusal } from '../../../core/event.ts';
import type { Person } from '../../../core/names.ts';

/** A vote as the run recorded it. */
export interface Vote {
  readonly by: Person;
  readonly choice: string;
  readonly verdict: 'counted' | Refusal;
  readonly why?: string;
}

/** All votes of a run, also those that did not count; a demo's run has some hundred events. */
export async function votesOf(runs: Runs, run: string): Promise<Vote[]> {
  const events = await runs.events(run, 0, 1_000);
  return events.flatMap((event) => {
    if (event.type !== 'voted' || !('ask' in event.decision)) return [];
    const { decision, verdict, why } = event;
    const { by, choice } = decision;
    return [{ by, choice, verdict, ...(why !== undefined && { why }) }];
  });
}

export function voteLines(votes: readonly Vote[]): string[] {
  const lines = votes.map(({ by, choice, verdict, why = verdict }) => {
    const said = `  ${by.padEnd(8)} ${choice}: `;
    return said + (verdict === 'counted' ? 'counted' : `NOT counted: ${why}`);
  });
  return lines.length === 0 ? [] : ['Who decided, by the record of the run:', ...lines];
}
