import type { Progress } from '../../../actions/action.ts';
import type { Runs } from '../../../client/runs.ts';
import type { RunView } from '../../../core/view.ts';

/** What was read of a run at one moment. */
export interface Look {
  readonly view: RunView;
  readonly progress: Readonly<Record<string, Progress>>;
}

/** Why somebody stopped looking before the run ended. */
export type Leaving = 'left' | 'interrupted';

/** A way to show a run while it goes on: redrawn in place, or line by line. */
export interface Viewer {
  /** Reads and shows how the run stands now. Throws what `Runs` throws. */
  look(runs: Runs): Promise<RunView>;
  /** The service does not answer; `last` is what was seen before. */
  lost(reason: string, last: RunView | undefined): void;
  close(): void;
}

/** What is said while the service does not answer: nothing that runs depends on it being seen. */
export function lostWords(reason: string, last: RunView | undefined): string {
  if (!last) return `The orchestrator has not answered yet. Trying again. (${reason})`;
  const asked = new Set(last.asks.map((ask) => ask.try));
  const nodes = [...last.nodes, ...last.inner];
  const running = nodes.filter(({ step }) => step && !asked.has(step.try)).length;
  const steps =
    running === 1 ? ' 1 step was running and goes on.' : ` ${running} steps were running and go on.`;
  return `ORCHESTRATOR UNREACHABLE.${running > 0 ? steps : ''} Trying again. (${reason})`;
}
