import type { Description } from '../../actions/action.ts';
import { anyone, type AnswerShape, type Ask, type Seat } from '../../core/ask.ts';
import type { Phase, Step } from '../../core/plan.ts';
import type { DocumentPath } from '../problem.ts';
import type { StepDeclaration, SystemDeclaration } from '../runbook.ts';
import { attestAsk, gateAsk, gateStep, manualAsk } from './asks.ts';
import { callOf, inputOf } from './call.ts';
import { rerunOf, retriesOf, takesOf, timeoutOf, touchesOf } from './defaults.ts';
import type { Draft } from './draft.ts';
import { fillNow, type Filling } from './fill.ts';
import { phases, runScope, stepsOf, systemScope } from './scope.ts';

/** The steps of each phase of a system; the gate of a step stands just before it. */
export function compileSteps(
  draft: Draft,
  name: string,
  system: SystemDeclaration,
): Readonly<Record<(typeof phases)[number], readonly Step[]>> {
  const filling: Filling = { lookup: systemScope(draft, name), problems: draft.problems };
  const compiled = phases.map((phase) => [
    phase,
    stepsOf(system, phase).flatMap((step, index) => {
      const at = ['systems', name, phase, index];
      const action = draft.actions.get(step.use);
      if (!action) {
        draft.problems.push(unknownAction(step, at, draft));
        return [];
      }
      const own = compileStep({ step, action, phase, at, filling });
      return step.gate === undefined ? [own] : [compileGate(draft, step.gate, phase), own];
    }),
  ]);
  return Object.fromEntries(compiled) as Record<(typeof phases)[number], readonly Step[]>;
}

interface Compiling {
  readonly step: StepDeclaration;
  readonly action: Description;
  readonly phase: Phase;
  readonly at: DocumentPath;
  readonly filling: Filling;
}

function compileStep({ step, action, phase, at, filling }: Compiling): Step {
  const title = step.title === undefined ? step.step : fillNow(step.title, [...at, 'title'], filling);
  const touches = touchesOf(step, phase, action);
  const takes = takesOf(step, touches, action);
  const guards = phase === 'fence';
  const common = {
    id: step.step,
    phase,
    title,
    takes,
    timeout: timeoutOf(step, touches, takes),
    occupies: step.occupies,
    touches,
    noReturn: step.noReturn,
    guards,
    onFail: 'ask',
    retries: retriesOf(step),
    ...(step.attest && { attest: attestAsk(title, step.attest, guards) }),
  } as const;
  if (action.asksPeople) return { ...common, ask: manual({ step, action, phase, at, filling }, title) };
  const site = phase === 'fence' ? 'source' : 'target';
  return {
    ...common,
    do: { ...callOf(step, action, at, filling), site },
    rerun: rerunOf(step, touches, action),
  };
}

/** The gate of the runbook as a step of this phase. */
export function compileGate(draft: Draft, name: string, phase: Phase): Step {
  const gate = draft.runbook.gates[name]!;
  const filling: Filling = { lookup: runScope(draft), problems: draft.problems };
  const text = (key: 'title' | 'description') => fillNow(gate[key] ?? '', ['gates', name, key], filling);
  const words = { title: text('title'), ...(gate.description && { instructions: text('description') }) };
  return gateStep(gateAsk(gate, words), phase === 'gate' ? 'decide' : name, phase, gate.takes);
}

type ManualInput = Pick<Ask, 'answers'> & {
  readonly instructions: string;
  readonly by?: readonly { readonly role: Seat['role']; readonly count?: number }[];
};

function manual({ step, action, phase, at, filling }: Compiling, title: string): Ask {
  const now: Filling = {
    ...filling,
    lookup: (path) => {
      const found = filling.lookup(path);
      return found && 'text' in found ? found : undefined;
    },
  };
  // What does not fit has been noted as a problem; then there is no plan, and the ask is never seen.
  const parsed = action.input.safeParse(inputOf(step, action, at, now));
  const { instructions, answers, by } = (parsed.data ?? { instructions: '', answers: {} }) as ManualInput;
  const seats = by?.map(({ role, count = 1 }): Seat => ({ role, count })) ?? anyone;
  return manualAsk({ title, instructions, guards: phase === 'fence', by: seats, answers: shapes(answers) });
}

/** A flag that is not set is left out of a plan. */
const shapes = (answers: ManualInput['answers']): ManualInput['answers'] =>
  Object.fromEntries(
    Object.entries(
      answers as Readonly<Record<string, Omit<AnswerShape, 'optional'> & { optional?: boolean }>>,
    ).map(([name, { optional, ...shape }]): [string, AnswerShape] => [
      name,
      { ...shape, ...(optional === true && { optional }) },
    ]),
  );

const unknownAction = (step: StepDeclaration, at: DocumentPath, { actions }: Draft) => ({
  code: 'MUSTER_ACTION_UNKNOWN' as const,
  path: [...at, 'use'],
  summary: `There is no action ${JSON.stringify(step.use)}.`,
  meant: { written: step.use, among: actions.keys() },
});
