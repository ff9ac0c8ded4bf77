import { clip, displayWidth, pad } from './width.ts';

type Paint = (text: string) => string;

/** A piece of a line. When the line is too long, the pieces with the highest `drop` go first; 0 stays. */
export interface Piece {
  readonly text: string;
  readonly drop: number;
  /** Fills the piece up to so many columns, so that lines stand in columns. */
  readonly column?: number;
  readonly paint?: Paint;
}

export const piece = (
  text: string | undefined,
  drop = 0,
  rest: Omit<Piece, 'text' | 'drop'> = {},
): Piece[] => (text === undefined || text === '' ? [] : [{ text, drop, ...rest }]);

/** A text without line breaks and tabs. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*|\t/g, ' ');

const gap = '  ';
const plain = (part: Piece): string => pad(part.text, part.column ?? 0);
const widthOf = (parts: readonly Piece[]): number =>
  parts.reduce((sum, part) => sum + displayWidth(plain(part)), gap.length * Math.max(0, parts.length - 1));

/** Joins pieces into one line of at most `columns`: first without its padding, then without pieces, then cut. */
export function fit(pieces: readonly Piece[], columns: number): string {
  let kept = pieces.map((part) => ({ ...part, text: oneLine(part.text) }));
  if (widthOf(kept) > columns) kept = kept.map(unpadded);
  while (widthOf(kept) > columns) {
    const worst = Math.max(...kept.map((part) => part.drop));
    if (worst === 0) return cut(kept, columns);
    const at = kept.findLastIndex((part) => part.drop === worst);
    kept = kept.filter((_, index) => index !== at);
  }
  return kept
    .map((part) => (part.paint ?? String)(plain(part)))
    .join(gap)
    .trimEnd();
}

/** Joins pieces into as many lines as they need. */
export function lay(pieces: readonly Piece[], columns: number): string[] {
  const lines: Piece[][] = [];
  for (const part of pieces) {
    const last = lines.at(-1);
    if (last && widthOf([...last, part]) <= columns) last.push(part);
    else lines.push([part]);
  }
  return lines.map((line) => fit(line, columns));
}

/** The first two columns (status and name) are kept, so that lines stay below each other. */
const unpadded = (part: Piece, index: number): Piece =>
  index < 2 ? part : { text: part.text, drop: part.drop, ...(part.paint ? { paint: part.paint } : {}) };

function cut(parts: readonly Piece[], columns: number): string {
  let left = columns;
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) {
    const before = index > 0 ? gap.length : 0;
    const text = clip(plain(part), left - before);
    if (text === '') break;
    shown.push((part.paint ?? String)(text));
    left -= before + displayWidth(text);
  }
  return shown.join(gap);
}
