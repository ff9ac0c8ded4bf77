import { type ActionContext, ActionFailure } from './action.ts';

/** What a line begins with that says of a backup why it is no recovery point. */
const mark = 'Left out: ';

/** Tells of a backup that is not among the recovery points. @throws what is no failure of an action. */
export function leaveOut(context: Pick<ActionContext, 'log'>, why: unknown): void {
  if (!(why instanceof ActionFailure)) throw why;
  context.log(mark + why.message);
}

/** Why a backup was left out, where a line of a log says so. */
export const leftOutIn = (line: string): string | undefined =>
  line.startsWith(mark) ? line.slice(mark.length) : undefined;

/** A directory that holds nothing of the kind is no list that happens to be empty. */
export function mustHoldSome(found: readonly unknown[], kind: string, directory: string): void {
  if (found.length === 0)
    throw new ActionFailure(`There is no ${kind} in ${directory}.`, { kind: 'terminal' });
}
