import { wrap } from '../live/width.ts';

/** A text on lines of at most `columns`, all indented; from the second line on two columns more. */
export function block(text: string, columns: number, indent: number): string[] {
  const [first = '', ...more] = wrap(text, columns - indent - 2);
  const margin = ' '.repeat(indent);
  return [`${margin}${first}`, ...more.map((line) => `${margin}  ${line}`)];
}
