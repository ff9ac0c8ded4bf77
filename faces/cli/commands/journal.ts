import { Argument } from 'commander';
import { printable } from '../../../core/printable.ts';
import { type Verified, verifyJournal } from '../../../record/journal.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { show } from '../show.ts';
import type { Verb } from '../verb.ts';

/** Checks the journal of an edge (chat, webhooks) from its first line to its last. */
export const journal: Verb = {
  shape(command) {
    command
      .addArgument(new Argument('<what>', 'verify').choices(['verify']))
      .argument('<file>', 'journal.jsonl in the state directory of muster chatops or muster hooks');
  },
  async run(cli, [, file = '']) {
    const found = await verified(file);
    show(cli, { format: 1, file, valid: !found.broken, ...found }, () => words(printable(file), found));
    return found.broken ? exit.failed : exit.ok;
  },
};

async function verified(file: string): Promise<Verified> {
  try {
    return await verifyJournal(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new CliFailure(`${printable(file)} cannot be read: ${why}.`, { cause });
  }
}

function words(file: string, { entries, torn, last, broken }: Verified): string {
  const upTo = `${entries} ${entries === 1 ? 'entry' : 'entries'}, the last hash is ${last}`;
  if (broken) return `${file}:${broken.line}: BROKEN: ${broken.why}.\nBefore it: ${upTo}.`;
  const cut =
    torn > 0
      ? [`${torn} ${torn === 1 ? 'line' : 'lines'} cut off by a crash; each is recorded as such.`]
      : [];
  return [
    `${file}: nothing was changed, taken out or put in: ${upTo}.`,
    ...cut,
    'Whether lines were cut off at its end cannot be seen from the file: compare the count and the last hash with those noted before.',
  ].join('\n');
}
