import { descendantsOf, type Plan, type PlanNode } from '../../core/plan.ts';
import { formatDuration } from '../../core/units.ts';
import type { Cli } from './cli.ts';
import { banner } from './live/banner.ts';
import { fit, piece } from './live/line.ts';
import { safe } from './live/safe.ts';
import { wrap } from './live/width.ts';
import { asks } from './plan/child-lines.ts';

/** What is about to be started, in a few lines: is it real, what is restored where, who is asked, what is weak. */
export function planSummary(cli: Cli, given: Plan): string {
  const plan = safe(given);
  const { columns } = cli.terminal.size();
  const nodes = Object.values(plan.nodes);
  const of = (kind: PlanNode['kind']) => nodes.filter((node) => node.kind === kind);
  const line = (label: string, text: string) => (text === '' ? [] : wrap(`${label}: ${text}`, columns));
  const parameters = Object.entries(plan.parameters).map(([name, value]) => `${name}=${value}`);
  return [
    banner(plan.mode, [plan.runbook.name, `${plan.from.name} > ${plan.to.name}`], columns, cli.paint),
    ...wrap(plan.runbook.title, columns),
    ...line('Parameters', parameters.join(', ')),
    ...line('Brings back', of('function').map(withRto).join(', ')),
    ...line('Restores', of('system').map(withRto).join(', ')),
    ...line(
      'Fences the old copy of',
      of('fence')
        .map((node) => node.name)
        .join(', '),
    ),
    ...line(
      'Asks people at',
      of('gate')
        .map((node) => node.id)
        .join(', '),
    ),
    ...line('Runs', descendantsOf(plan).map(otherRun).join('; ')),
    ...line('Tells', Object.keys(plan.notify ?? {}).join(', ')),
    ...weaknesses(plan, cli, columns),
    fit(piece(`Plan ${plan.digest}`), columns),
  ].join('\n');
}

/** Another run that it brings about: nobody is to be asked there by surprise. */
function otherRun(child: Plan): string {
  const asked = asks(child);
  const people = asked.length > 0 ? `, which asks people at ${asked.join(', ')}` : '';
  return `${child.runbook.name} (${child.from.name} > ${child.to.name})${people}`;
}

function withRto({ id, objectives, external }: PlanNode): string {
  const rto = objectives?.rto === undefined ? '' : ` (RTO ${formatDuration(objectives.rto)})`;
  return `${id}${rto}${external ? ' (verified only)' : ''}`;
}

function weaknesses(plan: Plan, cli: Cli, columns: number): string[] {
  if (plan.weaknesses.length === 0) return [];
  const lines = plan.weaknesses.flatMap(({ text }) => {
    const [first = '', ...more] = wrap(text, columns - 4);
    return [`  - ${first}`, ...more.map((line) => `    ${line}`)];
  });
  return [cli.paint.yellow('Weaknesses:'), ...lines];
}
