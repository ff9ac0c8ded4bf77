import { Argument } from 'commander';
import { printable } from '../../../core/printable.ts';
import type { Roster } from '../../../core/roster.ts';
import type { Instant } from '../../../core/units.ts';
import { usualKeyFile } from '../../../people/key-file.ts';
import { readMoment } from '../../../language/roster/moment.ts';
import type { Cli } from '../cli.ts';
import { diagnosticsText } from '../diagnostic-text.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { momentFrom } from '../moment-from.ts';
import { readRosterFile } from '../read-roster-file.ts';
import { readSignature, signatureFile } from '../roster-signature.ts';
import { rosterText, seatsOf } from '../roster-text.ts';
import { show } from '../show.ts';
import { signRosterFile } from '../sign-roster.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

/** Checks a roster and shows who could decide what, now or at another moment; or vouches for it with a key. */
export const roster: Verb<{ readonly at?: string }> = {
  shape(command) {
    command
      .addArgument(new Argument('<what>', 'check or sign').choices(['check', 'sign']))
      .argument('<file>', 'a roster; - is the standard input')
      .option('--at <time>', 'who is there then: 2026-07-14, or as for moment (default: now)');
  },
  async run(cli, [what, file = ''], options) {
    if (what === 'sign') return signFile(cli, file);
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
      return `${warnings}${printable(file)}: ${verdict}${signedWords(file, read)}\n\n${rosterText(read, sheet)}`;
    });
    return exit.ok;
  },
};

/** Whether whoever keeps it has vouched for it as it is. */
function signedWords(file: string, { digest }: Roster): string {
  const sealed = file === '-' ? undefined : readSignature(file);
  if (!sealed) return '';
  const { keyId } = sealed;
  return sealed.digest === digest ? `; signed by ${keyId}` : `; CHANGED SINCE ${keyId} SIGNED IT`;
}

/** Writes beside the roster who vouches for it, for workers that are told whose rosters to trust. */
async function signFile(cli: Cli, file: string): Promise<ExitCode> {
  const named = cli.settings.key ?? cli.env['MUSTER_KEY'];
  const key = { file: named || usualKeyFile(cli.env), named: Boolean(named) };
  const { keyId, digest } = await signRosterFile(cli, file, key);
  const beside = signatureFile(file);
  show(cli, { format: 1, file: beside, keyId, digest }, () =>
    [`${printable(beside)}: signed by ${keyId}.`, 'Sign it anew whenever the roster changes.'].join('\n'),
  );
  return exit.ok;
}

/** As in a roster, where a moment may lie in the future; or as people say it of the past. */
const momentMeant = (cli: Cli, text: string): Instant =>
  readMoment(text, 'from') ?? momentFrom(text, cli.now());

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
