import type { Colors } from 'picocolors/types.js';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { printable } from '../../core/printable.ts';
import { clip, displayWidth } from './live/width.ts';

/** What diagnostics are shown with: the file they are about and its text, for the line under each. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly paint: Colors;
}

/** All diagnostics of one file, in the order of their lines; then those of the files that it runs. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], source: Source): string {
  const lines = source.text.split('\n');
  const order = ({ position }: Diagnostic) => (position ? position.line * 1e6 + position.column : 0);
  const fileOf = (diagnostic: Diagnostic) => diagnostic.in?.file ?? '';
  return diagnostics
    .toSorted((a, b) => fileOf(a).localeCompare(fileOf(b)) || order(a) - order(b))
    .map((diagnostic) => diagnosticText(diagnostic, source, lines))
    .join('\n');
}

/** `file:line:column  error CODE  summary`, the line with a caret, the detail and the hint. */
function diagnosticText(diagnostic: Diagnostic, source: Source, lines: readonly string[]): string {
  const { position, severity, code, summary, detail, hint, in: other } = diagnostic;
  const { paint } = source;
  const file = other?.file ?? source.file;
  const line = position && (other ? (other.line ?? '') : (lines[position.line - 1] ?? ''));
  const place = position ? `${file}:${position.line}:${position.column}` : file;
  const severe = severity === 'error' ? paint.red(severity) : paint.yellow(severity);
  const excerpt = position ? caret(line ?? '', position.line, position.column) : [];
  return [
    `${paint.bold(printable(place))}  ${severe} ${code}  ${printable(summary)}`,
    ...excerpt.map((line) => paint.dim(line)),
    ...(detail === undefined ? [] : [`    ${printable(detail)}`]),
    ...(hint === undefined ? [] : [`    ${paint.cyan('hint:')} ${printable(hint)}`]),
    '',
  ].join('\n');
}

const widest = 100;

/** The written line and a mark under the column, with what stands too far to the left cut away. */
function caret(line: string, number: number, column: number): string[] {
  const start = Math.max(0, column - 1 - (widest - 20));
  const before = printable(line.slice(start, column - 1));
  const shown = before + printable(line.slice(column - 1));
  const label = `${number} | `;
  return [`    ${label}${clip(shown, widest)}`, `    ${' '.repeat(label.length + displayWidth(before))}^`];
}
