import type { Colors } from 'picocolors/types.js';
import type { Mode } from '../../../core/names.ts';
import { oneLine } from './line.ts';
import { modeWord } from './words.ts';
import { clip, displayWidth } from './width.ts';

/** One line over the full width that says in words whether this is real; the colour only repeats it. */
export function banner(mode: Mode, words: readonly string[], columns: number, paint: Colors): string {
  const text = `=== ${modeWord[mode]} ===  ${words.filter((word) => word !== '').join('  ')} `;
  const line = clip(oneLine(text), columns);
  const filled = line + '='.repeat(Math.max(0, columns - displayWidth(line)));
  const back = mode === 'live' ? paint.bgRed : paint.bgBlue;
  return back(paint.bold(paint.white(filled)));
}
