import type { Ask } from '../../core/ask.ts';
import { isDo } from '../../core/plan.ts';
import type { Pass } from './draft.ts';

/** What roles decide, or another channel than the terminal, needs a roster: without one, nobody could answer when it is asked. */
export const demandRoster: Pass = ({ roster, nodes, problems }) => {
  if (roster) return;
  const asked = [...nodes.values()].flatMap(({ name, kind, steps }) =>
    steps.flatMap((step) => {
      const ask = isDo(step) ? step.attest : step.ask;
      return ask && needsRoster(ask) ? [kind === 'gate' ? name : `${name}, ${step.id}`] : [];
    }),
  );
  if (asked.length === 0) return;
  problems.push({
    code: 'MUSTER_PLAN_ROSTER',
    path: [],
    summary: `A roster must say who decides ${asked.join('; ')}, and there is none.`,
    hint: 'Give one: --roster FILE, or MUSTER_ROSTER. muster roster check FILE looks at it.',
  });
};

/** Names as typed come from the terminal alone: what another channel decides needs a roster, too. */
const needsRoster = ({ choices, channels, auto }: Ask): boolean =>
  !auto &&
  (channels?.includes('cli') === false ||
    choices.some(({ by }) => by.some(({ role }) => ![role].flat().includes('anyone'))));
