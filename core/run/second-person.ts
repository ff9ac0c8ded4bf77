import type { Ask } from '../ask.ts';
import type { Change } from '../change.ts';
import type { About, EventBody } from '../event.ts';
import type { Person, Path } from '../names.ts';
import type { Roster } from '../roster.ts';
import { stepKey } from './agenda.ts';
import { showNode } from './asks.ts';
import { questionKey } from './reduce-tries.ts';
import type { State } from './state.ts';
import { restsOn, type Tools } from './tools.ts';

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

/** What one person wants and another must agree to; the first vote is that of who proposes it. */
export function openProposal(s: State, proposes: Proposed, tools: Tools): EventBody {
  const { change, by, reason } = proposes;
  const title = `${by} proposes to ${verb[change.set]} ${change.path} (${reason}). Do you agree?`;
  return open(
    s,
    { path: change.path, question: 'proposal', proposes },
    { ...s.plan.questions.proposal, title },
    tools,
  );
}

/** The glass over a gate is broken: all are told, and anyone may object until the wait is over. */
export function openGlass(
  s: State,
  proposes: Proposed,
  { wait }: NonNullable<Roster['breakGlass']>,
  tools: Tools,
): EventBody {
  const { change, by, reason } = proposes;
  const ask: Ask = {
    kind: 'break-glass',
    title: `${by} breaks the glass of ${change.path} (${reason}). It opens by itself unless somebody objects.`,
    guards: true,
    choices: [
      { name: 'open', title: 'It opens', by: [], rejects: false, reason: 'optional', then: [] },
      {
        name: 'object',
        title: 'Object',
        by: [{ role: 'anyone', count: 1 }],
        rejects: true,
        reason: 'required',
        then: [],
      },
    ],
    answers: {},
    not: [],
    escalate: [],
    onTimeout: 'stay-shut',
    auto: { choice: 'open', after: wait },
  };
  return open(s, { path: change.path, question: 'break-glass', proposes }, ask, tools);
}

interface Proposed {
  readonly change: StepChange;
  readonly by: Person;
  readonly reason: string;
}

type Matter = Pick<About, 'proposes'> & {
  readonly path: Path;
  readonly question: 'proposal' | 'break-glass';
};

function open(s: State, matter: Matter, ask: Ask, tools: Tools): EventBody {
  const node = s.agenda.places.get(matter.path)!.node.id;
  const about: About = { node, ...matter };
  const times = s.nodes[node]!.asked?.[questionKey(matter.question, matter.path)] ?? 0;
  const id = `${matter.path}?${matter.question}#${times + 1}`;
  const shown = { rests: [showNode(s, node)], releases: [] };
  return { type: 'asked', try: id, about, ask, shown, rests: restsOn({ id, about, shown }, tools) };
}

/** An open question of that kind about a step. */
export const openMatter = (s: State, path: Path, question: About['question']): boolean =>
  Object.values(s.open).some(
    ({ ask }) => ask !== undefined && ask.about.question === question && ask.about.path === path,
  );

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
