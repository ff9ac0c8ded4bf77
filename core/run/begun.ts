import type { Ask } from '../ask.ts';
import type { OpenTry, Vote } from './snapshot.ts';

const beginning = ({ choices }: Ask): string | undefined => choices.find(({ begins }) => begins)?.name;

/** Who said last that she is on it. */
export const begunBy = ({ ask, votes }: NonNullable<OpenTry['ask']>): Vote | undefined =>
  votes.find(({ choice }) => choice === beginning(ask));

/** Since when something is worked at: people may be asked long before one of them is on it. */
export function workedAtSince(open: OpenTry): number | undefined {
  if (!open.ask || beginning(open.ask.ask) === undefined) return open.at;
  return begunBy(open.ask)?.at;
}
