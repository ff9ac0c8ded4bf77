const [bell, escape, stringEnd] = ['\u0007', '\u001b', '\u009c'];
/** ANSI sequences: CSI; those that hold a string (OSC, DCS, SOS, PM, APC) up to its end; the short ones. */
const sequences = new RegExp(
  [
    `(?:${escape}\\[|\u009b)[0-?]*[ -/]*[@-~]`,
    `(?:${escape}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${bell}${escape}${stringEnd}]*(?:${bell}|${escape}\\\\|${stringEnd})?`,
    `${escape}[ -/]*[0-~]`,
  ].join('|'),
  'gu',
);

/** What else steers a terminal or reorders a line; tab and new line are let through. */
const controls = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

/**
 * Makes text that a command, a file or a person gave fit to be shown: sequences that steer a terminal are
 * taken out, every other control character is written as `\u{…}`, a carriage return becomes a new line.
 */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(sequences, '')
    .replace(controls, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** Shortens text to so many characters: its head, how much is missing, its tail. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 40) / 2);
  return `${text.slice(0, half)} … ${text.length - 2 * half} characters left out … ${text.slice(-half)}`;
}
