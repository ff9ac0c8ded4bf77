import { readFile } from 'node:fs/promises';

/**
 * Reads a file that has a JSON text a line, such as a full disk or a killed process leaves it: a last line that was cut off
 * is left out, a broken one before it is told to `log` and left out. Empty where there is no such file.
 * @param parse undefined: the line is not what it should be.
 */
export async function readJsonLines<T>(
  file: string,
  parse: (value: unknown) => T | undefined,
  log: (line: string) => void,
): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  const values: T[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const value = valueOf(line, parse);
    if (value !== undefined) values.push(value);
    else if (index < lines.length - 1)
      log(`Line ${index + 1} of ${file} cannot be read, and was left out: look at it.`);
  }
  return values;
}

/** For lines that are a text each. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function valueOf<T>(line: string, parse: (value: unknown) => T | undefined): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return parse(value);
}
