import type { Forecast } from '../../../core/forecast.ts';
import type { Plan } from '../../../core/plan.ts';
import { formatDuration } from '../../../core/units.ts';
import { block } from './block.ts';

/** Each business function with when it is expected back, and what that leaves of its budgets. */
export function functionLines(plan: Plan, forecast: Forecast, columns: number): string[] {
  const functions = Object.values(plan.nodes).filter(({ kind }) => kind === 'function');
  return functions.flatMap(({ id, title }) => {
    const back = formatDuration(forecast.nodes.get(id)?.finish ?? 0);
    const budgets = forecast.budgets.filter(({ node }) => node === id);
    return [
      ...block(`${id}: ${title}, back after ${back}`, columns, 2),
      ...budgets.map(
        ({ objective, allowed, expected }) =>
          `    ${objective.toUpperCase()} ${formatDuration(allowed)}: ${leftText(allowed - expected)}`,
      ),
    ];
  });
}

const leftText = (left: number): string =>
  left < 0 ? `too late by ${formatDuration(-left)}` : `${formatDuration(left)} to spare`;
