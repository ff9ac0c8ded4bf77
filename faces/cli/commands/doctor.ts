import { connectRuns } from '../../../client/connect.ts';
import { ClientFailure } from '../../../client/failure.ts';
import type { PayloadKeys } from '../../../client/payload-keys.ts';
import { keywordAttributes } from '../../../client/this-machine.ts';
import type { Finding } from '../../../local/doctor/finding.ts';
import { doctor as examine } from '../../../local/doctor.ts';
import { musterHome } from '../../../local/home.ts';
import { serviceThere } from '../../../local/service-there.ts';
import { alarmFindings } from '../../hooks/alarm-findings.ts';
import { unproposedFile } from '../../hooks/unproposed.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { givenUpHere, openRunIds, stepsHere, withRuns } from '../host-steps.ts';
import { safe } from '../live/safe.ts';
import { flagsOf } from '../service-flags.ts';
import { show } from '../show.ts';
import { openPayloadFindings, payloadKeysFinding } from '../payload-findings.ts';
import { orphanFindings } from '../orphan-findings.ts';
import { systemFindings } from '../system-findings.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  shape: (command) =>
    void command.addHelpText('after', '\nIt exits with 1 where something that is needed is missing.'),
  async run(cli) {
    const { finding, keys } = await payloadKeysFinding(musterHome(), cli.env['MUSTER_PAYLOAD_KEYS']);
    const findings = [
      ...(await examine({ searchAttributes: keywordAttributes, flags: flagsOf(cli.settings) })),
      finding,
      ...(await workflowsOf(cli, keys)),
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

/** The workflows of a service that is there; nothing is started for it, and one that does not answer is told of already. */
async function workflowsOf(cli: Cli, payloadKeys: PayloadKeys | undefined): Promise<readonly Finding[]> {
  const there = serviceThere(flagsOf(cli.settings));
  if (!there) return [];
  const { connectionOptions, namespace, differs } = there;
  const runs = await connectRuns({ connectionOptions, namespace, payloadKeys }).catch(() => undefined);
  const found: Finding[] = [];
  try {
    if (!runs) return [];
    const here = await stepsHere(musterHome());
    const health = await runs.health();
    found.push(...systemFindings(health));
    if (health.payloads) found.push(...openPayloadFindings(health.payloads, payloadKeys));
    if (differs !== undefined)
      return [...found, { what: 'steps of this host', state: 'weak', found: differs, mend: mendDiffers }];
    const open = await openRunIds(runs);
    return [...found, ...orphanFindings(withRuns(here, open, await givenUpHere(runs, here, open)))];
  } catch (failure) {
    if (!(failure instanceof ClientFailure || failure instanceof CliFailure)) throw failure;
    return [
      ...found,
      { what: 'workflows and steps', state: 'weak', found: failure.message, mend: 'Look again.' },
    ];
  } finally {
    await runs?.close();
  }
}

const mendDiffers = 'Say which one is meant: TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.';

const words = { ok: 'ok', weak: 'WEAK', missing: 'MISSING' } as const;

function text({ what, state, found, mend }: Finding, { paint }: Cli): string {
  const hue = { ok: paint.green, weak: paint.yellow, missing: paint.red }[state];
  const line = `${hue(words[state].padEnd(7))}  ${what}: ${found}`;
  return mend === undefined ? line : `${line}\n         to mend it: ${mend}`;
}
