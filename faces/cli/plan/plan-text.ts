import type { Forecast } from '../../../core/forecast.ts';
import type { Plan } from '../../../core/plan.ts';
import { formatDuration } from '../../../core/units.ts';
import { banner } from '../live/banner.ts';
import { safe } from '../live/safe.ts';
import { placementLines } from './placement-lines.ts';
import { functionLines } from './function-lines.ts';
import { block } from './block.ts';
import { notifyLines } from './notify-lines.ts';
import { rollbackLines, runLines } from './run-lines.ts';
import type { Sheet } from './sheet.ts';
import { waveLines } from './wave-lines.ts';

/**
 * A plan as people read it before they start it: is it real, what is restored where and to which moment, in
 * which order and how fast, who is asked, what is weak. Times count from the start of the run.
 */
export function planText(given: Plan, forecast: Forecast, sheet: Sheet): string {
  const { columns, paint } = sheet;
  const plan = safe(given);
  const { runbook, from, to, mode, weaknesses } = plan;
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ['', paint.bold(title), ...lines] : [];
  return [
    banner(mode, [runbook.name, `${from.name} > ${to.name}`], columns, paint),
    ...block(runbook.title, columns, 0),
    ...parameterLines(plan, columns),
    ...placementLines(plan, columns),
    '',
    ...block(
      `If all goes well, recovered ${formatDuration(forecast.recovered)} after the start.`,
      columns,
      0,
    ),
    ...block(`Critical path: ${forecast.criticalPath.join(' > ') || 'nothing takes any time'}`, columns, 0),
    ...section('First', runLines(plan, 'first', columns)),
    ...waveLines(plan, forecast, sheet),
    ...section('At the end', runLines(plan, 'last', columns)),
    ...section('If it is rolled back', rollbackLines(plan, columns)),
    ...section('Functions', functionLines(plan, forecast, columns)),
    ...section('Told', notifyLines(plan, columns)),
    ...section(
      'Weaknesses',
      weaknesses.flatMap(({ text }) => block(`- ${text}`, columns, 2)),
    ),
    '',
    ...block(`Plan ${plan.digest}`, columns, 0),
  ].join('\n');
}

function parameterLines({ parameters }: Plan, columns: number): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => block(`${name}: ${value}`, columns, 2));
}
