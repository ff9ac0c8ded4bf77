import { Argument } from 'commander';
import { printable } from '../../../core/printable.ts';
import type { Instant } from '../../../core/units.ts';
import { readMoment } from '../../../language/roster/moment.ts';
import type { Cli } from '../cli.ts';
import { diagnosticsText } from '../diagnostic-text.ts';
import { exit } from '../exit-code.ts';
import { momentFrom } from '../moment-from.ts';
import { readRosterFile } from '../read-roster-file.ts';
import { rosterText, seatsOf } from '../roster-text.ts';
import { show } from '../show.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

/** Checks a roster and shows who could decide what, now or at another moment. */
export const roster: Verb<{ readonly at?: string }> = {
  shape(command) {
    command
      .addArgument(new Argument('<what>', 'check').choices(['check']))
      .argument('<file>', 'a roster; - is the standard input')
      .option('--at <time>', 'who is there then: 2026-07-14, or as for moment (default: now)');
  },
  async run(cli, [, file = ''], options) {
    const at = options.at === undefined ? cli.now() : momentMeant(cli, options.at);
    const { text, roster: read, diagnostics } = await readRosterFile(file);
    const data = { format: 1, file, valid: read !== undefined, diagnostics, at };
    const told = () => diagnosticsText(diagnostics, { file, text, paint: cli.paint });
    if (!read) {
      show(cli, data, () => `${told()}\n${printable(file)}: ${count(diagnostics.length, 'mistake')}`);
      return exit.usage;
    }
    const sheet = { at, clock: clockIn(cli.zone, cli.now()), columns: cli.terminal.size().columns };
    show(cli, { ...data, roster: read, seats: seatsOf(read, at) }, () => {
      const warnings = diagnostics.length > 0 ? `${told()}\n` : '';
      const verdict = diagnostics.length > 0 ? `valid, ${count(diagnostics.length, 'warning')}` : 'valid';
      return `${warnings}${printable(file)}: ${verdict}\n\n${rosterText(read, sheet)}`;
    });
    return exit.ok;
  },
};

/** As in a roster, where a moment may lie in the future; or as people say it of the past. */
const momentMeant = (cli: Cli, text: string): Instant =>
  readMoment(text, 'from') ?? momentFrom(text, cli.now());

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
