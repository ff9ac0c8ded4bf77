import { propose } from '../propose.ts';
import { CliFailure } from '../failure.ts';
import type { Verb } from '../verb.ts';

export const note: Verb<{ readonly as?: string }> = {
  shape(command) {
    command
      .usage('[run] <text> [options]')
      .argument('<words...>', 'the note; before it, the run or runbook')
      .option('--as <name>', 'your name, where it is not the login name (names are unproved)');
  },
  run(cli, words, options) {
    const [first = '', second, ...more] = words;
    if (more.length > 0)
      throw new CliFailure('Put the note in quotes.', { hint: 'muster note shop "the mail is down"' });
    const [run, text] = second === undefined ? [undefined, first] : [first, second];
    const change = { on: 'record', set: { note: text } } as const;
    return propose(cli, { run, change: () => change }, { ...options, reason: 'a note' });
  },
};
