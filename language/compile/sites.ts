import type { Site } from '../../core/plan.ts';
import type { Mode } from '../../core/names.ts';
import type { Problem } from '../problem.ts';
import type { SiteDeclaration } from '../runbook.ts';

type Sites = Readonly<Record<string, SiteDeclaration>>;
interface Wanted {
  readonly from?: string;
  readonly to?: string;
}
interface Choice extends Wanted {
  readonly mode: Mode;
}

/**
 * Settles which site is the source and which the target. What is not given is chosen only where there is
 * one possibility: live, the two sites that are not isolated, in the order of the file (a single one is
 * restored in place); a rehearsal goes to the only isolated site.
 */
export function chooseSites(
  sites: Sites,
  wanted: Choice,
  problems: Problem[],
): { readonly from: Site; readonly to: Site } | undefined {
  const { mode } = wanted;
  const wrong = (['from', 'to'] as const).flatMap((end) => whatIsWrong(sites, wanted, end) ?? []);
  problems.push(...wrong);
  if (wrong.length > 0) return undefined;
  const names = Object.keys(sites);
  const real = names.filter((name) => !sites[name]?.isolated);
  const isolated = names.filter((name) => sites[name]?.isolated);
  const { from, to } =
    mode === 'live'
      ? liveSites(real, wanted)
      : { from: wanted.from ?? real[0], to: wanted.to ?? only(isolated) };
  if (from === undefined) problems.push(unclear('from', real, mode));
  if (to === undefined) problems.push(unclear('to', mode === 'live' ? real : isolated, mode));
  if (from === undefined || to === undefined) return undefined;
  return { from: siteOf(sites, from), to: siteOf(sites, to) };
}

/** One end of two sites names the other: `--to primary` alone is the way back, not a restore in place. */
function liveSites(real: readonly string[], { from, to }: Wanted): Wanted {
  const other = (known: string | undefined) =>
    real.length === 1 ? real[0] : only(real.filter((name) => name !== known));
  if (from === undefined && to === undefined && real.length === 2) return { from: real[0]!, to: real[1]! };
  return { ...optional('from', from ?? other(to)), ...optional('to', to ?? other(from)) };
}

const optional = (key: 'from' | 'to', value: string | undefined): Wanted =>
  value === undefined ? {} : { [key]: value };

const only = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

/** Whether the site given for one end is there, and is isolated where it must be and nowhere else. */
function whatIsWrong(sites: Sites, wanted: Choice, end: 'from' | 'to'): Problem | undefined {
  const name = wanted[end];
  if (name === undefined) return undefined;
  if (!Object.hasOwn(sites, name)) {
    const among = Object.keys(sites);
    return {
      code: 'MUSTER_PLAN_SITE_UNKNOWN',
      path: ['sites'],
      summary: `There is no site ${JSON.stringify(name)} to be --${end}.`,
      hint: `The runbook has ${among.join(', ')}.`,
      meant: { written: name, among },
    };
  }
  const isolated = sites[name]?.isolated !== undefined;
  if (isolated === (end === 'to' && wanted.mode !== 'live')) return undefined;
  const why = isolated
    ? `${name} is isolated: only a rehearsal may go there.`
    : `${name} is not isolated: a rehearsal there could touch what it must not touch.`;
  return {
    code: 'MUSTER_PLAN_SITE_UNFIT',
    path: ['sites', name],
    summary: `${name} cannot be --${end} of this plan.`,
    detail: why,
    hint: `Say --${end} with another site.`,
  };
}

const unclear = (end: string, among: readonly string[], mode: Mode): Problem => ({
  code: 'MUSTER_PLAN_SITE_UNCLEAR',
  path: ['sites'],
  summary: `It is not clear which site is --${end}.`,
  hint:
    among.length > 0
      ? `Say --${end} with one of ${among.join(', ')}.`
      : `The runbook has no site that can be --${end} of a ${mode === 'live' ? 'live run' : 'rehearsal'}.`,
});

function siteOf(sites: Sites, name: string): Site {
  const { vars, enter, runsOn, isolated } = sites[name]!;
  const site = { name, vars, enter, ...(runsOn !== undefined && { runsOn }) };
  if (!isolated) return site;
  const { network, cannotReach } = isolated;
  const proved = cannotReach.length > 0 || network === 'private';
  return { ...site, isolated: { ...(network && { network }), cannotReach, proved } };
}
