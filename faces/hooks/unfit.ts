import type { Seat } from '../../core/ask.ts';
import { isDo, type Plan } from '../../core/plan.ts';
import { actsUndeclared, declarationNode } from '../../core/undeclared.ts';

/**
 * Why a plan must not be started by an alarm; undefined where it may: people of a roster declare it, and nothing but what
 * reads comes before.
 */
export function unfitForAlarms(plan: Plan): string | undefined {
  const [step] = plan.nodes[declarationNode]?.steps ?? [];
  if (!step || isDo(step) || step.ask.kind !== 'declaration')
    return 'it has no `declare:`; an alarm proposes, and a person declares';
  if (plan.roster === undefined) return 'it was made without a roster, so anybody could declare it';
  const seats = step.ask.choices.find(({ rejects }) => !rejects)?.by ?? [];
  if (seats.length === 0 || step.ask.auto) return 'its declaration would open by itself';
  if (seats.some(nobodys)) return 'its declaration asks for the starter or the commander, and there is none';
  const acts = actsUndeclared(plan);
  return acts.length > 0 ? `${acts.join(', ')} would act before anybody has declared` : undefined;
}

const nobodys = ({ role }: Seat): boolean =>
  [role].flat().every((one) => one === 'starter' || one === 'commander');
