import { formatDuration } from '../../core/units.ts';
import { rerunOf, touchesOf } from '../compile/defaults.ts';
import type { Problem } from '../problem.ts';
import type { PlacedStep, Rule } from './facts.ts';

/** What is repeated (`within`, `for`) is a check that may be, and has the time for it. */
export const repeats: Rule = function* ({ steps }) {
  for (const placed of steps) yield* repeated(placed);
};

function* repeated({ step, phase, action, path }: PlacedStep): Iterable<Problem> {
  const { within, for: holds, timeout } = step;
  if (within === undefined && holds === undefined) return;
  const at = [...path, within === undefined ? 'for' : 'within'];
  const looked = (within ?? 0) + (holds ?? 0);
  if (timeout !== undefined && timeout < looked) {
    yield {
      code: 'MUSTER_STEP_TIMEOUT',
      path: [...path, 'timeout'],
      summary: `The timeout (${formatDuration(timeout)}) is shorter than within and for together (${formatDuration(looked)}).`,
      hint: 'Make the timeout longer, or leave it out.',
    };
  }
  if (!action) return;
  const isCheck = step.expect !== undefined || action.provesByItself;
  const mayRepeat = rerunOf(step, touchesOf(step, phase, action), action) !== 'once';
  if (isCheck && mayRepeat && !action.asksPeople) return;
  yield {
    code: 'MUSTER_CHECK_REPEATS',
    path: at,
    at: 'key',
    summary: `${String(at.at(-1))} repeats a step, and "${step.step}" is ${isCheck ? 'a step that runs once' : 'no check'}.`,
    hint: 'Put within and for beside a check; if it only looks and touches nothing, say touches: nothing.',
  };
}
