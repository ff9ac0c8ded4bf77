import type { Forecast } from '../../../core/forecast.ts';
import { levels } from '../../../core/graph.ts';
import { isDo, type Plan, type PlanNode, type Step } from '../../../core/plan.ts';
import { formatDuration } from '../../../core/units.ts';
import { fit, piece } from '../live/line.ts';
import { plainWords } from '../live/readable.ts';
import { askText } from './ask-text.ts';
import { block } from './block.ts';
import { childLines } from './child-lines.ts';
import { restoreText } from './restore-text.ts';
import type { Sheet } from './sheet.ts';

/** Systems and gates in waves: those of a wave stand on those of the waves before it, and start side by side. */
export function waveLines(plan: Plan, forecast: Forecast, sheet: Sheet): string[] {
  const shown = Object.values(plan.nodes).filter(({ kind }) => kind === 'system' || kind === 'gate');
  const graph = new Map(shown.map(({ id, needs, wants, after }) => [id, [...needs, ...wants, ...after]]));
  const waves: PlanNode[][] = [];
  const level = levels(graph);
  for (const node of shown) (waves[level.get(node.id) ?? 0] ??= []).push(node);
  return waves.flatMap((wave, at) => [
    '',
    sheet.paint.bold(`Wave ${at + 1}`),
    ...wave.flatMap((node) => nodeLines(plan, node, forecast, sheet)),
  ]);
}

function nodeLines(plan: Plan, node: PlanNode, forecast: Forecast, { columns, able }: Sheet): string[] {
  const times = forecast.nodes.get(node.id);
  const latest = times?.latestStart;
  const head = [
    ...piece(node.id, 0, { column: 16 }),
    ...piece(times && `${formatDuration(times.start)} - ${formatDuration(times.finish)}`, 1, { column: 19 }),
    ...piece(objectivesText(node), 2, { column: 15 }),
    ...piece(latest === undefined ? undefined : latestText(latest), 3),
  ];
  const details = node.kind === 'gate' ? gateDetails(node, able) : systemDetails(plan, node);
  return [`  ${fit(head, columns - 2)}`, ...details.flatMap((text) => block(text, columns, 4))];
}

const objectivesText = ({ objectives: { rto, rpo } = {} }: PlanNode): string =>
  [rto !== undefined && `RTO ${formatDuration(rto)}`, rpo !== undefined && `RPO ${formatDuration(rpo)}`]
    .filter((text) => text !== false)
    .join(' ');

const latestText = (latest: number): string =>
  latest < 0 ? `too late by ${formatDuration(-latest)}` : `start by ${formatDuration(latest)}`;

function gateDetails({ title, needs, steps }: PlanNode, able: Sheet['able']): string[] {
  const asks = steps.flatMap((step) => {
    if (isDo(step)) return [];
    const people = able?.(step.ask) ?? [];
    return [...askText(step.ask), ...(people.length > 0 ? [`there now: ${people.join(', ')}`] : [])];
  });
  return [plainWords(title), ...standsOn(needs, []), ...asks];
}

function systemDetails(plan: Plan, node: PlanNode): string[] {
  const { title, external, unverified, unfenced, steps, needs, wants } = node;
  const own = plan.nodes[`${node.name}.fence`];
  const other = needs.find((id) => plan.nodes[id]?.kind === 'fence' && id !== own?.id);
  const checks = steps.filter(({ phase }) => phase === 'verify').map(({ title: check }) => check);
  return [
    external ? `${title} (verified only)` : title,
    ...standsOn(
      needs.filter((id) => ['system', 'gate'].includes(plan.nodes[id]?.kind ?? '')),
      wants,
    ),
    ...stepsThatAsk(plan.nodes[`${node.name}.prepare`]?.steps),
    ...(own ? [`fence at ${plan.from.name}: ${own.steps.map((step) => step.title).join(', ')}`] : []),
    ...stepsThatAsk(own?.steps),
    ...(other === undefined ? [] : [`fenced by ${other.replace(/\.fence$/, '')}`]),
    ...(unfenced === undefined ? [] : [`not fenced: ${unfenced}`]),
    ...steps
      .filter(({ phase }) => phase === 'recover')
      .flatMap((step) =>
        isDo(step) ? (childLines(plan, node, step) ?? [restoreText(step)]) : stepsThatAsk([step]),
      ),
    ...(checks.length > 0 ? [`verify: ${checks.join(', ')}`] : []),
    ...stepsThatAsk(steps.filter(({ phase }) => phase === 'verify')),
    ...(unverified ? ['not verified by anything'] : []),
    ...(steps.length === 0 ? [`nothing to do in this mode`] : []),
  ];
}

/** What people are asked by steps: gates before a step, and what is done by hand. */
const stepsThatAsk = (steps: readonly Step[] = []): string[] =>
  steps.flatMap((step) => {
    if (isDo(step)) return [];
    const title = plainWords(step.title).replace(/(?<![?!.:])$/, ':');
    return [`${title} ${askText(step.ask).join('; ')}`];
  });

const standsOn = (needs: readonly string[], wants: readonly string[]): string[] => [
  ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : []),
  ...(wants.length > 0 ? [`wants ${wants.join(', ')}`] : []),
];
