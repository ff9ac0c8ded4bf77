import { ActionFailure, type Run } from '../action.ts';
import { sweepDatabases } from './databases.ts';
import { madeByRun } from './made-by-run.ts';
import { sweepProcesses } from './processes.ts';
import { removeMarked } from './remove-marked.ts';

/** Databases while their servers run, servers before the directories that they write into. What is left, and why, is `found.made`. */
export const run: Run<object> = async (_input, context) => {
  const databases = await sweepDatabases(context);
  const { ended, left: alive } = await sweepProcesses(context);
  if (alive.length > 0) {
    throw new ActionFailure(
      `process ${alive.join(', ')} of this run lives on after KILL; no directory was removed`,
    );
  }
  const places = (await madeByRun(context)).filter((place) => !databases.places.has(place));
  const left = [...databases.left];
  let { removed } = databases;
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
