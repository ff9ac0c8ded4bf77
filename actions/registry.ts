import { type Action, ActionFailure, type Description, type List, type Run, type Settle } from './action.ts';
import { catalogue } from './catalogue.ts';

/** What a `run.ts` exports. */
interface Runnable {
  readonly run: Run<never>;
  readonly settle?: Settle<never>;
  readonly list?: List<never>;
}

/**
 * Loads an action by its name, and with it only what that action needs: a step's process starts quickly.
 * @returns undefined where no action that can be run has this name.
 */
export async function loadAction(name: string): Promise<Action | undefined> {
  const description = catalogue.find((known) => known.name === name && !known.asksPeople && !known.startsRun);
  if (!description) return undefined;
  const { run, settle, list } = (await import(`./${description.name}/run.ts`)) as Runnable;
  return { description, run: rightPlace(description, run), ...(settle && { settle }), ...(list && { list }) };
}

/** What works with the files and sockets of this host would do its work, or look, in the wrong place. */
function rightPlace({ name, enters, onHost }: Description, run: Run<never>): Run<never> {
  if (enters || onHost) return run;
  return async (input, context) => {
    if (context.enter.length === 0) return run(input, context);
    throw new ActionFailure(
      `${name} works on the worker's own host, and this site is entered by \`${context.enter[0]}\`. Run a worker inside, or use command or script.`,
    );
  };
}
