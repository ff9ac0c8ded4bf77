import { answersText, anyone, type Ask } from '../ask.ts';
import type { Change } from '../change.ts';
import type { EventBody } from '../event.ts';
import type { Channel, Person } from '../names.ts';
import type { KeyId, Roster } from '../roster.ts';
import { stepKey } from './agenda.ts';
import { called } from './called.ts';
import { type Matter, openQuestion } from './open-question.ts';
import type { State } from './state.ts';
import type { Tools } from './tools.ts';

type StepChange = Extract<Change, { on: 'step' }>;

/**
 * Whether one person is not enough: in a live run nobody alone says that a step was done or may be skipped, or
 * what shall happen to one of which nobody knows how it ended.
 */
export function needsSecond(s: State, change: StepChange): boolean {
  if (s.plan.mode !== 'live') return false;
  if (change.set === 'done' || change.set === 'skip') return true;
  const { node, step } = s.agenda.places.get(change.path)!;
  return change.set === 'retry' && s.nodes[node.id]!.steps[stepKey(step)]?.state === 'unknown';
}

/** Why one person may not settle alone what two are being asked; undefined where nobody is. */
export function bypass(s: State, change: Change): string | undefined {
  if (s.plan.mode !== 'live' || change.on !== 'node' || change.set !== 'leaveOut') return undefined;
  for (const id of s.agenda.tries.get(change.node) ?? []) {
    const about = s.open[id]?.ask?.about;
    if (about?.question === 'unknown')
      return `nobody knows how ${called(about.path!)} ended, and two people are asked what now: answer that`;
  }
  return undefined;
}

/** What one person wants and another must agree to, unless it is asked already; who proposes it has voted. */
export function openProposal(s: State, proposes: Proposed, tools: Tools): EventBody[] {
  const { change, by, reason } = proposes;
  const { node, step } = s.agenda.places.get(change.path)!;
  // What must be recovered is not there without each of its steps.
  const means = change.set === 'skip' && step.phase === 'recover' ? `, which leaves ${node.id} out` : '';
  const outputs = change.outputs ? `, with ${answersText(change.outputs)}` : '';
  const what = `${verb[change.set]} ${called(change.path)}${means}${outputs}`;
  const title = `${by} proposes to ${what} (${reason}). Do you agree?`;
  const ask = { ...s.plan.questions.proposal, title };
  return openQuestion(s, matterOf(s, 'proposal', proposes), ask, tools);
}

/** The glass over a gate is broken, unless it was already: all are told, and anyone may object until the wait is over. */
export function openGlass(
  s: State,
  proposes: Proposed,
  { wait }: NonNullable<Roster['breakGlass']>,
  tools: Tools,
): EventBody[] {
  const { change, by, reason } = proposes;
  const ask: Ask = {
    kind: 'break-glass',
    title: `${by} breaks the glass of ${called(change.path)} (${reason}). It opens by itself unless somebody objects.`,
    guards: true,
    choices: [
      { name: 'open', title: 'It opens', by: [], rejects: false, reason: 'optional', then: [] },
      { name: 'object', title: 'Object', by: anyone, rejects: true, reason: 'required', then: [] },
    ],
    answers: {},
    not: [],
    escalate: [],
    onTimeout: 'stay-shut',
    auto: { choice: 'open', after: wait },
  };
  return openQuestion(s, matterOf(s, 'break-glass', proposes), ask, tools);
}

interface Proposed {
  readonly change: StepChange;
  readonly by: Person;
  readonly channel: Channel;
  readonly reason: string;
  readonly key?: KeyId;
}

const matterOf = (s: State, question: Matter['question'], proposes: Proposed): Matter => {
  const { path } = proposes.change;
  return { node: s.agenda.places.get(path)!.node.id, path, question, proposes };
};

const verb: Readonly<Record<StepChange['set'], string>> = {
  pass: 'pass',
  retry: 'try again',
  done: 'count as done',
  skip: 'skip',
  stop: 'stop',
  fail: 'fail',
  wait: 'wait for',
  breakGlass: 'open',
};
