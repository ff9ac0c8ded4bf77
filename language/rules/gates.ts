import { formatDuration } from '../../core/units.ts';
import { nearest } from '../nearest.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { GateDeclaration } from '../runbook.ts';
import type { Facts, Rule } from './facts.ts';

/** A gate holds something back, in one way: it stands in `needs`, or it is the gate of one step. */
export const gates: Rule = function* (facts) {
  const uses = usesOf(facts);
  for (const [name, gate] of Object.entries(facts.runbook.gates)) {
    const { needs, steps } = uses.get(name) ?? { needs: 0, steps: [] };
    const isOther = facts.names('systems').has(name);
    const isUnused = needs === 0 && steps.length === 0 && !isOther && !facts.isDamaged();
    if (isUnused && !isMisspelt(name, facts)) yield unused(name);
    if (needs > 0 && steps[0]) yield shared(steps[0], name, 'stands in needs, too');
    for (const step of steps.slice(1)) yield shared(step, name, 'is the gate of another step, too');
    for (const list of needs > 0 ? [] : (['needs', 'wants'] as const)) {
      if (steps.length > 0 && gate[list].length > 0) yield waitsItself(['gates', name, list], name);
    }
    const { channels } = gate.approve;
    if (channels && !channels.some((channel) => votable.has(channel)))
      yield nobody(['gates', name, 'approve', 'channels']);
    yield* ladder(gate, ['gates', name, 'escalate']);
  }
};

/** Each rung comes after the one before it and while the gate is still asked. */
function* ladder({ escalate, timeout = Infinity }: GateDeclaration, path: DocumentPath): Iterable<Problem> {
  for (const [index, { after }] of escalate.entries()) {
    const before = escalate[index - 1]?.after ?? 0;
    const at = [...path, index, 'after'];
    if (after >= timeout)
      yield unreached(at, `This rung comes after the timeout (${formatDuration(timeout)}).`);
    else if (after <= before)
      yield unreached(at, `This rung comes no later than the one before it (${formatDuration(before)}).`);
  }
}

/** By which votes come in today. */
const votable: ReadonlySet<string> = new Set(['cli', 'chat', 'webhook']);

/** Something points at a name that there is not, and this is the one that was meant. */
function isMisspelt(gate: string, { runbook, steps, names }: Facts): boolean {
  const inNeeds = [...Object.values(runbook.systems), ...Object.values(runbook.gates)].flatMap(
    ({ needs }) => needs,
  );
  const pointed = [...inNeeds, ...steps.flatMap(({ step }) => step.gate ?? [])];
  const isThere = (name: string) => names('systems').has(name) || names('gates').has(name);
  return pointed.some((name) => !isThere(name) && nearest(name, [gate]) !== undefined);
}

interface Uses {
  needs: number;
  readonly steps: DocumentPath[];
}

function usesOf({ runbook, steps }: Facts): ReadonlyMap<string, Uses> {
  const uses = new Map(
    Object.keys(runbook.gates).map((name): [string, Uses] => [name, { needs: 0, steps: [] }]),
  );
  for (const { needs } of [...Object.values(runbook.systems), ...Object.values(runbook.gates)]) {
    for (const need of needs) {
      const gate = uses.get(need);
      if (gate) gate.needs += 1;
    }
  }
  for (const { step, path } of steps) {
    if (step.gate !== undefined) uses.get(step.gate)?.steps.push([...path, 'gate']);
  }
  return uses;
}

const unused = (name: string): Problem => ({
  code: 'MUSTER_GATE_UNUSED',
  path: ['gates', name],
  at: 'key',
  summary: `Nothing waits for the gate "${name}".`,
  hint: 'Put it into the needs of what it holds back, name it as the gate of a step, or remove it.',
});

const unreached = (path: DocumentPath, summary: string): Problem => ({
  code: 'MUSTER_GATE_LADDER',
  path,
  summary,
  detail:
    'Rungs are climbed one after the other, counted from the opening, until the gate is answered or its time is over.',
  hint: 'Put the rungs in the order of their time, all before the timeout.',
});

const shared = (path: DocumentPath, name: string, how: string): Problem => ({
  code: 'MUSTER_GATE_SHARED',
  path,
  summary: `The gate "${name}" ${how}.`,
  detail: 'A gate serves one step or stands in needs: who answers must know what the answer lets go.',
  hint: 'Make a gate of its own for this step.',
});

const waitsItself = (path: DocumentPath, name: string): Problem => ({
  code: 'MUSTER_GATE_OF_STEP',
  path,
  at: 'key',
  summary: `The gate "${name}" belongs to a step, so it has no ${path.at(-1)} of its own: it is asked when that step is next.`,
  hint: 'Put them into the needs of the system of that step.',
});

const nobody = (path: DocumentPath): Problem => ({
  code: 'MUSTER_GATE_NOBODY',
  path,
  summary: 'Nobody can pass this gate: no vote comes in by these channels.',
  hint: 'Add cli, chat or webhook to the channels, or leave channels out.',
});
