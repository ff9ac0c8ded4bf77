import type { AnswerShape } from '../../../core/ask.ts';
import type { Roster } from '../../../core/roster.ts';
import type { Digest } from '../../../core/units.ts';
import type { Approval, ParameterDeclaration, Runbook, StepDeclaration } from '../../../language/runbook.ts';
import { seatsWords } from '../../cli/asks.ts';
import { modeWord } from '../../cli/live/words.ts';
import type { Offered } from '../offers.ts';
import { mentions } from '../people.ts';
import { answerInput, plainText, reasonInput } from './fields.ts';
import { section } from './message.ts';
import { data, fitting, listed } from './mrkdwn.ts';

/** What a form says when it is sent: what is to be started, of which text it told. */
export interface StartSays {
  readonly start: Offered['mode'];
  readonly name: string;
  readonly runbook: Digest;
}

/** The modal before a start: what would be touched, who declares it, and what must be known. */
export function startForm(offered: Offered, roster: Roster, reason: string): object {
  const { mode, name, source } = offered;
  const says: StartSays = { start: mode, name, runbook: source.digest };
  const asked = Object.entries(source.runbook.parameters).filter(
    ([, { default: given }]) => given === undefined,
  );
  return {
    type: 'modal',
    callback_id: 'start',
    private_metadata: JSON.stringify(says),
    title: plainText(modeWord[mode], 24),
    submit: plainText(mode === 'live' ? 'Start it LIVE' : 'Start the rehearsal', 24),
    close: plainText('Back', 24),
    blocks: [
      section(fitting(lines(offered, roster))),
      ...asked.map(([key, declared]) => answerInput(key, declared.description ?? key, shapeOf(declared))),
      reasonInput(true, reason),
    ],
  };
}

/** A number stays as it was typed; what it must look like the runbook says. */
function shapeOf({ type, choices }: ParameterDeclaration): AnswerShape {
  if (choices) return { type: 'choice', choices };
  if (type === 'boolean') return { type: 'choice', choices: ['true', 'false'] };
  return { type: type === 'time' ? 'time' : 'string' };
}

function lines({ mode, source: { runbook }, from, to }: Offered, roster: Roster): string[] {
  const live = mode === 'live';
  const restored = systemsWith(runbook, mode, ({ recover }) => recover.length > 0);
  const fenced = systemsWith(runbook, mode, ({ fence }) => Array.isArray(fence));
  const switched = systemsWith(runbook, mode, ({ recover }) =>
    recover.some(({ touches }) => touches === 'traffic'),
  );
  const final = systemsWith(runbook, mode, ({ recover }) => recover.some(({ noReturn }) => noReturn));
  const defaults = Object.entries(runbook.parameters).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [`${data(key)}=${data(value)}`],
  );
  return [
    `*${modeWord[mode]}  ${data(runbook.name)}  ${data(from.name)} → ${data(to.name)}*`,
    data(runbook.title),
    line('Restores', restored, `at ${data(to.name)}`),
    live
      ? line('Stops the old copy of', fenced, `at ${data(from.name)}`)
      : 'It stops nothing, and cleans up behind itself',
    live ? line('Switches traffic', switched) : '',
    live ? line('No way back after', final) : '',
    live ? line('Asks people at', Object.keys(runbook.gates)) : '',
    line('With', defaults),
    ...(live && runbook.declare ? [declarers(runbook.declare, roster)] : []),
  ].filter((text) => text !== '');
}

const line = (label: string, names: readonly string[], where = ''): string =>
  names.length === 0 ? '' : `${label}: ${listed(names.map((name) => data(name)))} ${where}`.trimEnd();

function declarers({ by, not }: Approval, roster: Roster): string {
  const but = not.length > 0 ? `, not the ${not.map((role) => data(role)).join(' or ')}` : '';
  const who = mentions(
    by.flatMap(({ role }) => role),
    roster,
  );
  return `*Until it is declared nothing is touched.* It is declared by ${data(seatsWords({ by }))}${but} ${who}`.trimEnd();
}

type System = Runbook['systems'][string];

/** The systems, without the steps that belong to another mode, of which something holds. */
function systemsWith(runbook: Runbook, mode: Offered['mode'], holds: (system: System) => boolean): string[] {
  const here = (steps: readonly StepDeclaration[]) =>
    steps.filter(({ only }) => (only?.mode ?? mode) === mode);
  return Object.entries(runbook.systems).flatMap(([name, system]) => {
    const fence = Array.isArray(system.fence) ? { fence: here(system.fence) } : {};
    return holds({ ...system, recover: here(system.recover), ...fence }) ? [name] : [];
  });
}
