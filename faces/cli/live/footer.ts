import { formatDuration } from '../../../core/units.ts';
import type { RunView } from '../../../core/view.ts';
import { askLines } from './ask-lines.ts';
import { fit, piece } from './line.ts';
import type { Scene } from './scene.ts';
import { hasEnded } from './words.ts';

/** The last lines: where the time went, what decides the end, what waits for whom, and what can be typed. */
export function footer(
  scene: Scene,
  options: { readonly keys: boolean; readonly current?: string },
): string[] {
  const { view, columns } = scene;
  const claim = view.waitsForClaim;
  return [
    fit([...timePieces(view), ...pathPieces(view)], columns),
    ...(claim ? [fit(piece(`Waits for what somebody else holds: ${claim}`), columns)] : []),
    ...askLines(scene, options),
    ...(hasEnded(view) ? [] : [commands(scene)]),
    ...(options.keys && !hasEnded(view) ? [fit(piece('[q] leave the view; the run goes on'), columns)] : []),
  ];
}

/** `before start 8m  machines 7m 50s  people 0s  neither 28s`. */
export const timePieces = ({ time, mode }: RunView) => [
  ...piece(`before start ${formatDuration(time.beforeStart)}`),
  ...piece(`machines ${formatDuration(time.machines)}`),
  ...piece(`people ${formatDuration(time.people)}`),
  ...piece(`neither ${formatDuration(time.neither)}`),
  ...piece(mode === 'rehearsal' ? `planned decisions ${formatDuration(time.plannedDecisions)}` : '', 1),
];

const pathPieces = (view: RunView) =>
  piece(view.criticalPath.length > 0 ? `critical path: ${view.criticalPath.join(' > ')}` : '', 2);

function commands({ view, columns, paint }: Scene): string {
  const { name } = view.runbook;
  const held = view.status === 'on-hold';
  return fit(
    [
      ...piece(view.asks.length === 0 ? 'Nothing waits for you.' : ''),
      ...piece(`muster ${held ? 'resume' : 'hold'} ${name}`, 1, { paint: paint.dim }),
      ...piece(`muster note ${name} "…"`, 2, { paint: paint.dim }),
    ],
    columns,
  );
}
