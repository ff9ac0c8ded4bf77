import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

const ways = ['webhook', 'teams', 'command'] as const;

/** Who is told is told in one way. */
export const notify: Rule = function* ({ runbook, isDamaged }) {
  for (const [name, entry] of Object.entries(runbook.notify)) {
    const given = ways.filter((way) => entry[way] !== undefined);
    if (given.length !== 1 && !isDamaged('notify', name)) yield notOneWay(['notify', name], given);
  }
};

const notOneWay = (path: DocumentPath, given: readonly string[]): Problem => ({
  code: 'MUSTER_NOTIFY_ADDRESS',
  path,
  at: 'key',
  summary: `"${path.at(-1)}" is told in ${given.length === 0 ? 'no way' : given.join(' and ')}.`,
  hint: `Give it one of ${ways.join(', ')}; who is told in two ways is two entries.`,
});
