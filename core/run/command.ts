import type { Ask } from '../ask.ts';
import type { Change } from '../change.ts';
import { maySit } from '../eligible.ts';
import type { Decision, EventBody } from '../event.ts';
import type { Person } from '../names.ts';
import { isDo } from '../plan.ts';
import { declarationNode } from '../undeclared.ts';
import type { State } from './state.ts';

/**
 * Whether a person may say that. Where a roster proves who is who, a run is commanded by its commander and the
 * commander's deputies; one that an alarm started, by whoever may declare the disaster, until somebody has. Notes,
 * presence, and taking one's own key out of use are everybody's.
 */
export function mayPropose(s: State, by: Person, change: Change): boolean {
  const { roster } = s;
  if (!roster) return true;
  if (!Object.hasOwn(roster.people, by)) return false;
  if (change.on === 'step' && change.set === 'breakGlass') return true; // the sealed key alone is asked
  // What is offered to one is taken by nobody else.
  if (change.on === 'record' && 'command' in change.set) return isOnesOwn(s, by, change.set);
  return commands(s, by) || (change.on === 'record' && isOnesOwn(s, by, change.set));
}

/** All who may steer the run now; undefined where names are as typed. */
export const steeredBy = (s: State): readonly Person[] | undefined =>
  s.roster && Object.keys(s.roster.people).filter((person) => commands(s, person));

/** What started a run that no person did is named as nobody in the roster can be: `trigger:…`. */
const isCommanded = (s: State): boolean => Object.hasOwn(s.roster!.people, s.commander);

const commands = (s: State, by: Person): boolean =>
  isCommanded(s)
    ? by === s.commander || s.roster!.people[s.commander]!.deputies.includes(by)
    : mayDeclare(s, by);

function mayDeclare(s: State, by: Person): boolean {
  const { roster, starter, commander, now: at } = s;
  const [step] = s.plan.nodes[declarationNode]?.steps ?? [];
  const seats = step && !isDo(step) ? step.ask.choices[0]!.by : [];
  return seats.some((seat) => maySit(roster!, seat, by, { at, rungs: [], starter, commander }));
}

/** Who declares the disaster in a run that no person commands, takes the command. */
export function commandTaken(
  s: State,
  { kind }: Ask,
  { by, channel, reason }: Pick<Decision, 'by' | 'channel' | 'reason'>,
): EventBody[] {
  if (kind !== 'declaration' || !s.roster || isCommanded(s)) return [];
  return [{ type: 'changed', change: { on: 'record', set: { command: 'accept' } }, by, channel, reason }];
}

function isOnesOwn(s: State, by: Person, set: Extract<Change, { on: 'record' }>['set']): boolean {
  if ('note' in set || 'present' in set) return true;
  if ('revoke' in set) return s.roster!.people[by]!.keys.some(({ id }) => id === set.revoke);
  return 'command' in set && s.offered?.to === by;
}
