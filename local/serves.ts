import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The configured service that the worker of a state directory serves, and whose runs have their steps there. */
export interface Served {
  readonly format: 1;
  readonly address: string;
  readonly namespace: string;
}

/** Set for workers of the service that Muster keeps in the state directory itself: that one is found without being written down. */
export const ownService = 'MUSTER_OWN_SERVICE';

export const servesFile = (home: string): string => join(home, 'serves.json');

/** Written by a worker at its start. */
export function writeServed(home: string, { address, namespace }: Omit<Served, 'format'>): void {
  const file = servesFile(home);
  writeFileSync(`${file}.new`, `${JSON.stringify({ format: 1, address, namespace })}\n`);
  renameSync(`${file}.new`, file);
}

/** Undefined where no worker of a configured service was ever started here, or it was spoilt by hand. */
export function readServed(home: string): Served | undefined {
  try {
    const served = JSON.parse(readFileSync(servesFile(home), 'utf8')) as Partial<Served> | null;
    const whole = typeof served?.address === 'string' && typeof served.namespace === 'string';
    return whole ? (served as Served) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
