import type { Ask } from '../../core/ask.ts';
import { isDo } from '../../core/plan.ts';
import type { Pass } from './draft.ts';

/** What roles decide needs a roster: without one, nobody could answer when it is asked. */
export const demandRoster: Pass = ({ roster, nodes, problems }) => {
  if (roster) return;
  const asked = [...nodes.values()].flatMap(({ name, kind, steps }) =>
    steps.flatMap((step) => {
      const ask = isDo(step) ? step.attest : step.ask;
      return ask && needsRole(ask) ? [kind === 'gate' ? name : `${name}, ${step.id}`] : [];
    }),
  );
  if (asked.length === 0) return;
  problems.push({
    code: 'MUSTER_PLAN_ROSTER',
    path: [],
    summary: `Roles decide ${asked.join('; ')}, and there is no roster that says who has them.`,
    hint: 'Give one: --roster FILE, or MUSTER_ROSTER. muster roster check FILE looks at it.',
  });
};

const needsRole = ({ choices, auto }: Ask): boolean =>
  !auto && choices.some(({ by }) => by.some(({ role }) => ![role].flat().includes('anyone')));
