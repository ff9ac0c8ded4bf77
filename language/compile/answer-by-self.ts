import type { Ask } from '../../core/ask.ts';
import { isDo, type PlanNode, type Step } from '../../core/plan.ts';
import { leaveOut } from './asks.ts';
import { mapNodes, type Draft } from './draft.ts';

/**
 * Asks of a rehearsal that answer themselves: a gate that says `rehearsal: auto` is passed as planned; where
 * nobody is there, any other ask leaves out what lies behind it. A live plan never gets here.
 */
export function answerBySelf(draft: Draft): void {
  mapNodes(draft, (node) => {
    if (node.steps.every((step) => isDo(step) && !step.attest)) return node;
    return { ...node, steps: node.steps.map((step) => byItself(draft, node, step)) };
  });
}

function byItself(draft: Draft, node: PlanNode, step: Step): Step {
  if (isDo(step))
    return draft.attended || !step.attest ? step : { ...step, attest: { ...step.attest, auto } };
  const { ask } = step;
  const name = node.kind === 'gate' ? node.name : step.id;
  const planned = ask.kind === 'gate' && draft.runbook.gates[name]?.rehearsal === 'auto';
  if (planned) return { ...step, ask: { ...ask, auto: { choice: 'approve', after: 0 } } };
  if (draft.attended) return step;
  draft.weaknesses.push({
    code: 'gate-left-out',
    about: node.id,
    text: `${name}: nobody is asked; what stands behind it is left out`,
  });
  return { ...step, ask: { ...ask, choices: [...ask.choices, leaveOut], auto } };
}

/** An attestation gets its choice `leave-out` from the question that it stands in for. */
const auto: NonNullable<Ask['auto']> = { choice: leaveOut.name, after: 0 };
