import { eligible, fillable, placesOf, type Standing } from '../eligible.ts';
import { isDo } from '../plan.ts';
import type { Roster } from '../roster.ts';
import type { RollcallView } from '../view.ts';
import { withoutKeys } from '../vouch.ts';
import { stepKey } from './agenda.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** Who has answered the last roll call, and which gates ahead they could not open; undefined before the first. */
export function rollcallOf(s: State): RollcallView | undefined {
  const { roster, rollcallAt } = s;
  if (!roster || rollcallAt === undefined) return undefined;
  const present = Object.keys(s.present).filter((person) => s.present[person]! >= rollcallAt);
  const { now: at, starter, commander } = s;
  const standing = { at, rungs: [], starter, commander, present };
  return { at: rollcallAt, present, short: shortOf(s, withoutKeys(roster, s.revoked), standing) };
}

/** The gates that are still to be opened and for which too few are there. */
function shortOf(s: State, roster: Roster, standing: Standing): RollcallView['short'] {
  return Object.values(s.plan.nodes).flatMap(({ id, steps }) => {
    const state = s.nodes[id]!;
    if (isTerminal(state.status)) return [];
    return steps.slice(state.step).flatMap((step) => {
      if (isDo(step) || step.ask.kind !== 'gate' || state.steps[stepKey(step)]?.state === 'passed') return [];
      const [yes] = step.ask.choices;
      if (!yes) return [];
      const who = { ...step.ask, by: yes.by };
      if (fillable(roster, who, standing)) return [];
      return [{ gate: id, needs: placesOf(yes.by).length, there: eligible(roster, who, standing) }];
    });
  });
}
