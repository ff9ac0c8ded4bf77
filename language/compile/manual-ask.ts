import { anyone, type AnswerShape, type Ask, type Seat } from '../../core/ask.ts';
import { choice, plainAsk } from './asks.ts';
import { inputOf, type Compiling } from './call.ts';
import type { Filling } from './fill.ts';

/** What an action that asks people is given, as its schema reads it. */
interface Input {
  readonly instructions: string;
  readonly answers: Readonly<Record<string, Omit<AnswerShape, 'optional'> & { readonly optional?: boolean }>>;
  readonly by?: readonly { readonly role: Seat['role']; readonly count?: number }[];
}

/** A manual step: people do it and say so, with the answers that later steps refer to. */
export function manualAsk(compiling: Compiling, title: string): Ask {
  const { action, phase, filling } = compiling;
  const { data } = action.input.safeParse(inputOf({ ...compiling, filling: beforeTheRun(filling) }));
  // What does not fit has been noted as a problem; then there is no plan, and nobody sees this ask.
  const { instructions, answers, by } = (data ?? { instructions: '', answers: {} }) as unknown as Input;
  const seats = by?.map(({ role, count = 1 }): Seat => ({ role, count })) ?? anyone;
  return {
    ...plainAsk,
    kind: 'manual',
    title,
    instructions,
    guards: phase === 'fence',
    answers: Object.fromEntries(Object.entries(answers).map(([name, shape]) => [name, shapeOf(shape)])),
    choices: [
      choice('done', 'It is done', { on: 'step', set: 'pass' }, seats),
      choice('could-not', 'It could not be done', { on: 'step', set: 'fail' }),
      { ...choice('begin', 'I am on it', undefined, seats), begins: true, reason: 'optional' },
    ],
  };
}

/** Instructions are read by people as they stand in the plan: nothing of the run can be in them. */
const beforeTheRun = ({ lookup, problems }: Filling): Filling => ({
  problems,
  lookup: (path) => {
    const found = lookup(path);
    return found && 'text' in found ? found : undefined;
  },
});

const shapeOf = ({ optional, ...shape }: Input['answers'][string]): AnswerShape => ({
  ...shape,
  ...(optional === true && { optional }),
});
