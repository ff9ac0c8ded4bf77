import type { Action, Run, Settle } from './action.ts';
import { catalogue } from './catalogue.ts';

/** What a `run.ts` exports. */
interface Runnable {
  readonly run: Run<never>;
  readonly settle?: Settle<never>;
}

/**
 * Loads an action by its name, and with it only what that action needs: a step's process starts quickly.
 * @returns undefined where no action that can be run has this name.
 */
export async function loadAction(name: string): Promise<Action | undefined> {
  const description = catalogue.find((known) => known.name === name && !known.asksPeople);
  if (!description) return undefined;
  const { run, settle } = (await import(`./${description.name}/run.ts`)) as Runnable;
  return { description, run, ...(settle && { settle }) };
}
