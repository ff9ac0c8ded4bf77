/**
 * Names of files are bytes and need not be UTF-8, as old archives have them. In a path each name that is none is written with a lone
 * surrogate for every byte above 0x7F (U+DC80 to U+DCFF, which no text holds), so that two paths are the same where their bytes are.
 */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}

/** The same of a path, name by name. */
export const pathOf = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .split('/')
    .map((name) => nameOf(Buffer.from(name, 'latin1')))
    .join('/');

/** What a call of the system is to be given for a path: text, but where the bytes are none. */
export function openable(path: string): string | Buffer {
  if (!foreign.test(path)) return path;
  const names = path
    .split('/')
    .map((name) =>
      foreign.test(name)
        ? Buffer.from(Array.from(name, (letter) => letter.charCodeAt(0) & 0xff))
        : Buffer.from(name),
    );
  return Buffer.concat(names.flatMap((name, at) => (at === 0 ? [name] : [Buffer.from('/'), name])));
}

/** A path for people, and for what takes text only: `caf\xe9.txt`. */
export const shownPath = (path: string): string =>
  path.replace(/[\udc80-\udcff]/gu, (letter) => `\\x${(letter.charCodeAt(0) & 0xff).toString(16)}`);

const foreign = /[\udc80-\udcff]/u;
