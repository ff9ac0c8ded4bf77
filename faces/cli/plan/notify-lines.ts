import type { Notify } from '../../../core/notice.ts';
import { noticeKinds } from '../../../core/notice.ts';
import type { Plan } from '../../../core/plan.ts';
import { block } from './block.ts';

/** Who else is told what, a line each; an address that stands in the plan is shown, one that is looked up only by where. */
export const notifyLines = ({ notify }: Pick<Plan, 'notify'>, columns: number): string[] =>
  Object.entries(notify ?? {}).flatMap(([name, entry]) =>
    block(`${name}: ${kindsOf(entry)}, ${wayOf(entry)}`, columns, 2),
  );

const kindsOf = ({ on }: Notify): string => (on.length === noticeKinds.length ? 'everything' : on.join(', '));

function wayOf(entry: Notify): string {
  if ('webhook' in entry) return `by webhook to ${entry.webhook.url}`;
  if ('teams' in entry) return `in Teams by ${entry.teams.url}`;
  return `by the command ${entry.command.join(' ')}`;
}
