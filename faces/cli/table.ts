import { displayWidth, pad, wrap } from './live/width.ts';

const gap = 2;
/** Narrower than this a column says nothing. */
const narrowest = 8;

/** Rows as lines of at most `columns`, cell under cell: what is too long is wrapped, the widest column first. */
export function table(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))));
  const room = columns - gap * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, -room); over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= narrowest) break;
    widths[widest]! -= 1;
  }
  return rows.flatMap((row) => linesOf(row, widths));
}

function linesOf(row: readonly string[], widths: readonly number[]): string[] {
  const cells = widths.map((width, at) => wrap(row[at] ?? '', width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, at) => pad(cells[at]![line] ?? '', width))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
