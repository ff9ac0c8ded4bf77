import { safe } from './live/safe.ts';
import { wrap } from './live/width.ts';
import type { Cli } from './cli.ts';

/** Asks whoever sits at the terminal; undefined where the terminal is gone. What is asked breaks between words. */
export const askPerson = async (cli: Cli, question: string): Promise<string | undefined> =>
  cli.terminal.question(`${wrap(safe(question), cli.terminal.size().columns - 1).join('\n')} `);
