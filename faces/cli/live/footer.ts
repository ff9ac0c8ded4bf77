import { formatDuration, type Milliseconds } from '../../../core/units.ts';
import type { RunView } from '../../../core/view.ts';
import { runName, shutNodes } from '../asks.ts';
import { claimWords } from '../claim-words.ts';
import { shortWords } from '../rollcall-words.ts';
import { isFor } from '../whom.ts';
import { askLines } from './ask-lines.ts';
import { fit, type Piece, piece } from './line.ts';
import type { Scene } from './scene.ts';
import { wrap } from './width.ts';
import { hasEnded } from './words.ts';
import { typed } from '../typed.ts';

/** The last lines: where the time went, what decides the end, what waits for whom, and what can be typed. */
export function footer(
  scene: Scene,
  options: { readonly keys: boolean; readonly current?: string },
): string[] {
  const { view, columns } = scene;
  const claim = view.waitsForClaim;
  return [
    fit([...timePieces(view), ...pathPieces(view)], columns),
    ...peopleLines(scene),
    ...(claim ? claimWords(claim, (text) => text).flatMap((words) => wrap(words, columns)) : []),
    ...otherRunLines(scene),
    ...askLines(scene, options),
    ...(hasEnded(view) ? [] : [commands(scene)]),
  ];
}

/** What is asked in runs that steps of this one wait for: people answer there. */
function otherRunLines({ view, progress, columns, paint }: Scene): string[] {
  if (hasEnded(view)) return [];
  return Object.values(progress).flatMap(({ asks }) => {
    if (!asks) return [];
    const [first = '', ...more] = wrap(`ASKED IN ANOTHER RUN ${asks.run}: ${asks.what}`, columns);
    return [...[first, ...more].map(paint.yellow), ...wrap(typed`muster watch ${asks.run}`, columns)];
  });
}

/** Who is too few for which gate, by the last roll call; who has been offered the command. */
function peopleLines({ view, columns, paint }: Scene): string[] {
  const { offered, rollcall } = view;
  const name = runName(view);
  const short = shortWords(view);
  return [
    ...(short.length > 0 ? wrap(`TOO FEW PEOPLE ${short.join('; ')}`, columns).map(paint.red) : []),
    ...(rollcall && short.length === 0
      ? wrap(`Roll call: ${rollcall.present.join(', ')} are there, enough for every gate`, columns)
      : []),
    ...(offered
      ? wrap(
          `${offered.by} offers the command to ${offered.to}: ${typed`muster handover ${name} --accept`}`,
          columns,
        )
      : []),
  ];
}

/** `before start 8m  machines 7m 50s  people 0s  neither 28s`, rounded so that they still add up. */
export function timePieces({ time, mode }: RunView): Piece[] {
  const { plannedDecisions, beforeStart, machines, people, neither } = time;
  const parts = Object.entries({ 'before start': beforeStart, machines, people, neither });
  const rounded = wholeSeconds(parts.map(([, length]) => length));
  return [
    ...parts.flatMap(([name], index) => piece(`${name} ${formatDuration(rounded[index] ?? 0)}`)),
    ...piece(mode === 'rehearsal' ? `planned decisions ${formatDuration(plannedDecisions)}` : '', 1),
  ];
}

/** Rounds running totals, not the parts, so that the parts add up to the rounded whole. */
function wholeSeconds(parts: readonly Milliseconds[]): Milliseconds[] {
  const round = (length: Milliseconds): Milliseconds => Math.round(length / 1000) * 1000;
  let total = 0;
  return parts.map((part) => {
    const before = round(total);
    total += part;
    return round(total) - before;
  });
}

const pathPieces = (view: RunView) =>
  piece(view.criticalPath.length > 0 ? `critical path: ${view.criticalPath.join(' > ')}` : '', 2);

function commands({ view, columns, paint, person }: Scene): string {
  const name = runName(view);
  const held = view.status === 'on-hold';
  const waiting =
    view.asks.some((ask) => isFor(ask, person, view)) ||
    (shutNodes(view).length > 0 && (view.steeredBy?.includes(person) ?? true));
  return fit(
    [
      ...piece(waiting ? '' : 'Nothing waits for you.'),
      ...piece(typed`muster ${held ? 'resume' : 'hold'} ${name}`, 1, { paint: paint.dim }),
      ...piece(typed`muster note ${name} "…"`, 2, { paint: paint.dim }),
    ],
    columns,
  );
}
