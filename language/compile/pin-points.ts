import { type Choice, choosePoints, type Listed } from '../../core/points/choose.ts';
import {
  type ActionCall,
  isDo,
  pathOf,
  type PinnedPoint,
  type Plan,
  type Weakness,
} from '../../core/plan.ts';
import { strictestRpo } from '../../core/run/strictest-rpo.ts';
import { type Digest, formatDuration, type Instant } from '../../core/units.ts';
import type { Value } from '../../core/value.ts';
import { askBeforeFence } from './ask-before-fence.ts';
import { raised } from './child-weaknesses.ts';
import { planDigest } from './seal.ts';

/**
 * Pins in a plan which recovery point every restore takes, of those that were found where the steps run. What could not be
 * pinned, and what is older than an RPO allows, is a weakness of the plan; nothing is stopped for the former without asking.
 */
export function pinPoints(plan: Plan, listed: readonly Listed[], sha256: (text: string) => Digest): Plan {
  const choices = new Map(choosePoints(plan, listed).map((choice) => [choice.restore.path, choice]));
  const pinned = Object.fromEntries(
    Object.entries(plan.nodes).map(([id, node]) => {
      const steps = node.steps.map((step) => {
        const choice = isDo(step) ? choices.get(pathOf(node, step)) : undefined;
        return isDo(step) && choice && 'at' in choice
          ? { ...step, do: pinnedCall(plan, step.do, choice) }
          : step;
      });
      return [id, { ...node, steps }];
    }),
  );
  const nodes = askBeforeFence(pinned, [...choices.values()]);
  const rpos = strictestRpo(plan);
  const leftOut = new Map(listed.map((one) => [one.path, 'points' in one ? (one.leftOut ?? []) : []]));
  const weaknesses = [...choices.values()].flatMap((choice) => [
    ...weaknessOf(plan, choice, rpos),
    ...damageOf(choice, leftOut.get(choice.restore.path) ?? []),
  ]);
  const { digest: _, ...rest } = { ...plan, nodes, weaknesses: [...plan.weaknesses, ...weaknesses] };
  return { ...rest, digest: planDigest(rest, sha256) };
}

/** The plan with the plans of the runs that it starts as they are now, and with what is weak about them since. */
export function withChildren(
  plan: Plan,
  children: NonNullable<Plan['children']>,
  sha256: (text: string) => Digest,
): Plan {
  const weaknesses = Object.entries(children).flatMap(([path, child]) => {
    const before = plan.children![path]!.weaknesses.map(({ text }) => text);
    const node = Object.values(plan.nodes).find((one) =>
      one.steps.some((step) => pathOf(one, step) === path),
    );
    return raised(
      node!,
      child,
      child.weaknesses.filter(({ text }) => !before.includes(text)),
    );
  });
  const { digest: _, ...rest } = { ...plan, children, weaknesses: [...plan.weaknesses, ...weaknesses] };
  return { ...rest, digest: planDigest(rest, sha256) };
}

type Chosen = Extract<Choice, { at: Instant }>;

/**
 * The call with the point's id, and with the moment where one is asked for: the end of a log is left open, because what was
 * written since it was looked at comes back as well.
 */
function pinnedCall(plan: Plan, call: ActionCall, { restore, point, at }: Chosen): ActionCall {
  const { id, moment } = call.points!;
  const { until, ...rest } = point;
  const pinned: PinnedPoint = { ...rest, at };
  const grouped = Object.values(plan.consistency ?? {}).some(({ systems }) => systems.includes(restore.node));
  const bounded = grouped || plan.nodes[restore.node]!.notAfter !== undefined;
  const toMoment: Record<string, Value> =
    moment !== undefined && bounded && until !== undefined ? { [moment]: new Date(at).toISOString() } : {};
  return { ...call, with: { ...call.with, ...toMoment, [id]: point.id }, pinned };
}

const aboutOf = ({ restore: { node, path } }: Choice): string => `${node}, ${path.split('/').at(-1)}`;

/** Backups that are there and cannot be taken; where nothing is left, that no point is pinned says so. */
const damageOf = (choice: Choice, leftOut: readonly string[]): Weakness[] =>
  'at' in choice
    ? leftOut.map((one) => ({
        ...{ code: 'backup-left-out', about: choice.restore.node },
        text: `${aboutOf(choice)}: a backup is left out: ${one}`,
      }))
    : [];

function weaknessOf(plan: Plan, choice: Choice, rpos: ReturnType<typeof strictestRpo>): Weakness[] {
  const { node } = choice.restore;
  const about = aboutOf(choice);
  if (!('at' in choice)) {
    const text = `${about}: no recovery point is pinned: ${choice.none}`;
    return [{ code: 'point-not-pinned', about: node, text }];
  }
  const rpo = rpos.get(node);
  const loss = plan.compiledAt - choice.at;
  if (rpo === undefined || loss <= rpo) return [];
  const text = `${about}: the newest that can come back is ${formatDuration(loss)} old, RPO ${formatDuration(rpo)}`;
  return [{ code: 'loss-too-large', about: node, text }];
}
