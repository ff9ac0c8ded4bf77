import type { Cli } from './cli.ts';

// Valid inside JSON strings only as escapes: a terminal obeys the first range and is misled by the others.
const hidden = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON that a terminal may be shown: control and direction characters are escapes. */
export function json(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(hidden, escaped);
}

/** Prints data: text for people, or one JSON document (`json`), or one line of JSON (`jsonl`). */
export function show(cli: Cli, data: object, text: () => string): void {
  const { output } = cli.settings;
  if (output === 'text') cli.terminal.out(ended(text()));
  else cli.terminal.out(`${json(data, output === 'json' ? 2 : undefined)}\n`);
}

/** Tells a person something beside the data. */
export function tell(cli: Cli, text: string): void {
  cli.terminal.err(ended(text));
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
