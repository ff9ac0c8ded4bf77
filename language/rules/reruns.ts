import type { Touches } from '../../core/plan.ts';
import { formatDuration } from '../../core/units.ts';
import { rerunOf, touchesOf } from '../compile/defaults.ts';
import type { Problem } from '../problem.ts';
import type { PlacedStep, Rule } from './facts.ts';

const order: readonly Touches[] = ['nothing', 'data', 'outside', 'traffic'];

/** A step says no less than it does: what it touches, how often it may run, how long it may take, what its process may. */
export const reruns: Rule = function* ({ steps }) {
  for (const placed of steps) {
    const { step, phase, action, path } = placed;
    const { retries = 0, takes, timeout } = step;
    if (takes !== undefined && timeout !== undefined && timeout < takes) {
      yield {
        code: 'MUSTER_STEP_TIMEOUT',
        path: [...path, 'timeout'],
        summary: `The timeout (${formatDuration(timeout)}) is shorter than what the step takes (${formatDuration(takes)}).`,
        hint: 'Make the timeout longer: people would be asked although all goes well.',
      };
    }
    if (!action) continue;
    const needless = (['quiet', 'limits'] as const).find((key) => step[key] !== undefined);
    if (needless && (action.asksPeople || action.startsRun || touchesOf(step, phase, action) === 'nothing'))
      yield inWorker(placed, needless);
    if (step.touches && order.indexOf(step.touches) < order.indexOf(action.touches))
      yield touchesLess(placed);
    const again = typeof retries === 'number' ? retries : retries.count;
    if (again > 0 && rerunOf(step, touchesOf(step, phase, action), action) === 'once') yield runsOnce(placed);
  }
};

const touchesLess = ({ step, action, path }: PlacedStep): Problem => ({
  code: 'MUSTER_STEP_TOUCHES',
  path: [...path, 'touches'],
  summary: `${step.use} touches ${action!.touches}; a step may say more, never less.`,
  hint: 'Leave touches out, or say more.',
});

const inWorker = ({ step, path }: PlacedStep, key: 'quiet' | 'limits'): Problem => ({
  code: 'MUSTER_STEP_IN_WORKER',
  path: [...path, key],
  summary: `The step "${step.step}" has no process of its own that ${key} could be about: it touches nothing, is another run, or people do it.`,
  hint: `Remove ${key}, or say what it touches.`,
});

const runsOnce = ({ step, path }: PlacedStep): Problem => ({
  code: 'MUSTER_STEP_RETRIES',
  path: [...path, 'retries'],
  summary: `The step "${step.step}" runs once: nobody knows what half of it has done, so it is not tried anew by itself.`,
  hint: 'Remove retries; people are asked after a failure. If it may be run again as it is, say rerun: idempotent.',
});
