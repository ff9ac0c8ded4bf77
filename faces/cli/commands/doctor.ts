import { keywordAttributes } from '../../../client/this-machine.ts';
import type { Finding } from '../../../local/doctor/finding.ts';
import { doctor as examine } from '../../../local/doctor.ts';
import { musterHome } from '../../../local/home.ts';
import { alarmFindings } from '../../hooks/alarm-findings.ts';
import { unproposedFile } from '../../hooks/unproposed.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { safe } from '../live/safe.ts';
import { flagsOf } from '../service-flags.ts';
import { show } from '../show.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  shape: (command) =>
    void command.addHelpText('after', '\nIt exits with 1 where something that is needed is missing.'),
  async run(cli) {
    const findings = [
      ...(await examine({ searchAttributes: keywordAttributes, flags: flagsOf(cli.settings) })),
      ...alarmFindings(unproposedFile(musterHome())),
    ];
    show(cli, { format: 1, findings }, () =>
      safe(findings)
        .map((finding) => text(finding, cli))
        .join('\n'),
    );
    return findings.some(({ state }) => state === 'missing') ? exit.failed : exit.ok;
  },
};

const words = { ok: 'ok', weak: 'WEAK', missing: 'MISSING' } as const;

function text({ what, state, found, mend }: Finding, { paint }: Cli): string {
  const hue = { ok: paint.green, weak: paint.yellow, missing: paint.red }[state];
  const line = `${hue(words[state].padEnd(7))}  ${what}: ${found}`;
  return mend === undefined ? line : `${line}\n         to mend it: ${mend}`;
}
