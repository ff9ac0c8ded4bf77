import { displayWidth } from './live/width.ts';

const plain = /^[\w./:@%+,=-]+$/;
/** Words of a command line, what is quoted in them kept together. */
const word = /(?:\\.|'[^']*'|"[^"]*"|[^\s'"\\])+/g;

/** A text as one word of a shell: quoted where a shell would take it apart or make something else of it. */
export const shellWord = (text: string): string =>
  plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that people copy, e.g. typed`muster watch ${run}`: what is filled in stays one word each. */
export const typed = (parts: TemplateStringsArray, ...words: readonly string[]): string =>
  parts.map((part, at) => part + (at < words.length ? shellWord(words[at]!) : '')).join('');

/** A command on lines of at most `columns`, broken between words, so that it can still be copied as a whole. */
export function foldCommand(command: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [next] of command.matchAll(word)) {
    const longer = line === '' ? next : `${line} ${next}`;
    if (line === '' || displayWidth(longer) <= columns - 2) line = longer;
    else {
      lines.push(`${line} \\`);
      line = `  ${next}`;
    }
  }
  const last = lines.at(-1);
  const whole = last && `${last.slice(0, -2)} ${line.trimStart()}`;
  // The last line needs no room for a mark.
  if (whole !== undefined && displayWidth(whole) <= columns) return [...lines.slice(0, -1), whole];
  return [...lines, line];
}
