import { type Facts, modeOf, type PlacedStep, type StepPhase } from './facts.ts';
import { needsOf } from './needs.ts';
import { leadsNowhere, misshapen, type PathReader, type Place, type Wrong } from './template-place.ts';

/** `steps.STEP.outputs.KEY`: of a step of the same system that has passed by then. */
export const outputOf: PathReader = (path, place) => {
  const [, step = '', outputs, key = '', ...more] = path;
  if (outputs !== 'outputs' || key === '' || more.length > 0)
    return misshapen(path, 'steps.STEP.outputs.NAME');
  if (!place.placed) return leadsNowhere(path, step, []);
  const { system, phase, order } = place.placed;
  const found = stepNamed(place.facts, system, step);
  if (!found) return missingStep(path, place.facts, system);
  const isEarlier = found.order < order && before[phase].includes(found.phase);
  return isEarlier ? wrongWith(found, path, place) : notBefore(path, found);
};

/** `systems.SYSTEM.steps.STEP.outputs.KEY`: of a system that is needed, so that it has been recovered by then. */
export const outputOfSystem: PathReader = (path, place) => {
  const [, system = '', steps, step = '', outputs, key = '', ...more] = path;
  if (steps !== 'steps' || outputs !== 'outputs' || key === '' || more.length > 0) {
    return misshapen(path, 'systems.SYSTEM.steps.STEP.outputs.NAME');
  }
  const { facts, placed } = place;
  if (!facts.names('systems').has(system)) {
    return facts.isDamaged('systems') ? undefined : leadsNowhere(path, system, facts.names('systems'));
  }
  if (!placed || facts.isDamaged('systems', system)) return undefined;
  if (placed.phase !== 'recover' && placed.phase !== 'verify') return notNeeded(path, placed, system);
  const isDirect = facts.runbook.systems[placed.system]!.needs.includes(system);
  if (!isDirect && !needsOf(facts)(system, placed.system)) return notNeeded(path, placed, system);
  const found = stepNamed(facts, system, step);
  return found ? wrongWith(found, path, place) : missingStep(path, facts, system);
};

/** What has passed when a phase begins. A fence waits for gates only, and nothing waits for a cleanup. */
const before: Readonly<Record<StepPhase, readonly StepPhase[]>> = {
  prepare: ['prepare'],
  fence: ['fence'],
  recover: ['prepare', 'fence', 'recover'],
  verify: ['prepare', 'fence', 'recover', 'verify'],
  rollback: ['prepare', 'fence', 'recover', 'verify', 'rollback'],
  cleanup: ['prepare', 'fence', 'recover', 'verify', 'cleanup'],
};

const stepNamed = ({ stepsOf }: Facts, system: string, name: string) =>
  stepsOf.get(system)?.find(({ step }) => step.step === name);

/** The step is there in every mode in which it is referred to, and it has the output. */
function wrongWith(found: PlacedStep, path: readonly string[], { placed }: Place): Wrong | undefined {
  const [needed, own] = [modeOf(found), placed && modeOf(placed)];
  if (needed !== undefined && needed !== own) return otherMode(path, found, needed);
  const { action, step } = found;
  if (!action) return undefined;
  const outputs = [...Object.keys(action.outputs), ...Object.keys(step.with[action.outputsFrom ?? ''] ?? {})];
  const key = path.at(-1)!;
  return outputs.includes(key) ? undefined : leadsNowhere(path, key, outputs);
}

const missingStep = (path: readonly string[], facts: Facts, system: string): Wrong | undefined =>
  facts.isDamaged('systems', system)
    ? undefined
    : leadsNowhere(
        path,
        path.at(-3)!,
        (facts.stepsOf.get(system) ?? []).map(({ step }) => step.step),
      );

const notBefore = (path: readonly string[], { step, phase }: PlacedStep): Wrong => ({
  code: 'MUSTER_TEMPLATE_ORDER',
  summary: `{{${path.join('.')}}} is not there yet: the step "${step.step}" (${phase}) has not passed before this one.`,
  hint: 'Refer to a step that stands before this one, or change their order.',
});

const notNeeded = (path: readonly string[], placed: PlacedStep, system: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_ORDER',
  summary: `{{${path.join('.')}}} is not sure to be there: in ${placed.phase}, "${placed.system}" does not wait for "${system}".`,
  hint: `Add "${system}" to the needs of "${placed.system}", and refer to it in recover or verify.`,
});

const otherMode = (path: readonly string[], { step }: PlacedStep, mode: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_MODE',
  summary: `{{${path.join('.')}}} is not there in every run: the step "${step.step}" runs in mode ${mode} only.`,
  hint: `Add only: { mode: ${mode} } here, too, or refer to a step that always runs.`,
});
