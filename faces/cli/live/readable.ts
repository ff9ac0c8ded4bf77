import { fold, wrap } from './width.ts';

const code = /(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/;

/** A line of Markdown without its marks: emphasis and code as plain words, a link with where it leads to. */
export function plainWords(text: string): string {
  const found = code.exec(text);
  if (!found) return withoutMarks(text);
  const [whole, , inside = ''] = found;
  // What stands between backticks is meant as it is: `rm *.tmp` keeps its star.
  return (
    withoutMarks(text.slice(0, found.index)) + inside + plainWords(text.slice(found.index + whole.length))
  );
}

const withoutMarks = (text: string): string =>
  text
    .replace(/!?\[([^\]]+)\]\(\s*([^()\s]+)[^()]*\)/g, (_, words: string, to: string) =>
      words === to ? to : `${words} (${to})`,
    )
    .replace(/<((?:https?|mailto):[^<>\s]+)>/g, '$1')
    .replace(/(?<![\w\\])(\*\*|__|~~)(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)/g, '$2')
    .replace(/(?<![\w*\\])\*(?=[^\s*])([^*]*?)(?<=[^\s\\])\*(?![\w*])/g, '$1')
    .replace(/(?<![\w\\])_(?=[^\s_])([^_]*?)(?<=[^\s\\])_(?!\w)/g, '$1')
    .replace(/\\([*_`~#[\]()<>\\])/g, '$1');

const item = /^(\s*)(?:[-*+]|(\d{1,9}[.)]))\s+(?=\S)/;
const deepest = 8;

/**
 * Markdown as people read it at a terminal: lines of at most `columns`, lists with their later lines below their first
 * word, no marks. What stands between fences is kept as it is.
 */
export function readable(markdown: string, columns: number): string[] {
  let fenced = false;
  return markdown.split('\n').flatMap((line) => {
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
      return [];
    }
    if (fenced) return line.trim() === '' ? [] : fold(line.trimEnd(), columns);
    return proseLines(line, columns);
  });
}

function proseLines(line: string, columns: number): string[] {
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [];
  const listed = item.exec(line);
  const margin = ' '.repeat(Math.min(deepest, (listed?.[1] ?? /^\s*/.exec(line)![0]).length));
  const mark = listed ? `${listed[2] ?? '-'} ` : '';
  const text = listed ? line.slice(listed[0].length) : line.replace(/^\s*(#{1,6}\s+|>\s?)?/, '');
  const words = plainWords(listed || !/^\s*#/.test(line) ? text : text.replace(/\s+#+\s*$/, ''));
  const room = Math.max(1, columns - margin.length - mark.length);
  return wrap(words, room).map((part, at) => margin + (at === 0 ? mark : ' '.repeat(mark.length)) + part);
}
