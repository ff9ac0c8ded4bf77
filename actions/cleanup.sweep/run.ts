import { ActionFailure, type Run } from '../action.ts';
import { madeByRun } from './made-by-run.ts';
import { sweepProcesses } from './processes.ts';
import { removeMarked } from './remove-marked.ts';

/** Servers first: they write into the directories. What is left, and why, is `found.made`. */
export const run: Run<object> = async (_input, context) => {
  const { ended, left: alive } = await sweepProcesses(context);
  if (alive.length > 0) {
    throw new ActionFailure(
      `process ${alive.join(', ')} of this run lives on after KILL; nothing was removed`,
    );
  }
  const places = await madeByRun(context.runDirectory);
  const left: string[] = [];
  let removed = 0;
  for (const place of places) {
    const outcome = await removeMarked(place, context);
    if (outcome === 'removed') removed += 1;
    else if (outcome !== 'gone') left.push(`${place}: ${outcome}`);
  }
  for (const one of left) context.log(`left: ${one}`);
  return {
    outputs: {},
    findings: { value: left.length, removed, ended },
    found: { made: left },
  };
};
