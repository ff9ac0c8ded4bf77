import type { LeftAside } from '../../host/list-set-aside.ts';
import { formatDuration, type Instant } from '../../core/units.ts';
import { fit, oneLine, piece } from './live/line.ts';
import { formatBytes } from './live/progress-words.ts';
import { foldCommand, typed } from './typed.ts';

const words: Readonly<Record<LeftAside['kind'], string>> = {
  directory: 'replaced',
  database: 'database',
  build: 'unfinished',
};

interface Frame {
  readonly columns: number;
  readonly now: Instant;
}

/** What is set aside, below the run that did it; the paths whole, for they are there to be copied. */
export function setAsideLines(left: readonly LeftAside[], frame: Frame): string[] {
  const lines: string[] = [];
  let run: string | undefined;
  for (const one of left) {
    if (one.run !== run) lines.push(fit(piece(one.run), frame.columns));
    run = one.run;
    lines.push(...linesOf(one, frame).map((line) => `  ${line}`));
  }
  return lines;
}

/** Two lines: how old, how large, of what; and where it is. */
export function linesOf(one: LeftAside, { columns, now }: Frame): string[] {
  const facts = fit(
    [
      ...piece(words[one.kind], 0, { column: 10 }),
      ...piece(`for ${formatDuration(Math.max(0, now - one.at))}`, 0, { column: 11 }),
      ...piece(one.bytes === undefined ? 'size unknown' : formatBytes(one.bytes), 0, { column: 8 }),
      ...piece(`by ${one.try}`, 1),
    ],
    columns - 2,
  );
  return [facts, `  ${oneLine(one.place)}`];
}

/** How much it is in all, and what to do when it is not needed any more. */
export function setAsideTotal(left: readonly LeftAside[], { columns }: Frame): string[] {
  const bytes = left.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
  const runs = [...new Set(left.map(({ run }) => run))];
  return [
    `${left.length} set aside, ${formatBytes(bytes)} in all. It stays until people decide to delete it:`,
    ...runs
      .flatMap((run) => foldCommand(typed`muster cleanup ${run}`, columns - 2))
      .map((line) => `  ${line}`),
  ];
}
