/**
 * A text as one word of any POSIX shell: nothing in it means anything to the shell, whatever it holds.
 * @throws RangeError on a NUL, which no argument can hold.
 */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('an argument cannot hold a NUL character');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
