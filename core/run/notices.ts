import type { Ask } from '../ask.ts';
import type { Event } from '../event.ts';
import type { Notice, NoticeKind, NoticeType } from '../notice.ts';
import { formatDuration, type Instant } from '../units.ts';
import { glassWords } from './glass-news.ts';
import type { OpenTry } from './snapshot.ts';
import type { State } from './state.ts';
import { targetsOf } from './targets.ts';

/** What is to be told of an event, before it is folded: one notice for each addressee who wants its kind. */
export function noticesOf(s: State, event: Event): Notice[] {
  const { notify } = s.plan;
  if (!notify) return [];
  const news = newsOf(s, event);
  if (!news) return [];
  const { kinds, words, ...rest } = news;
  return Object.entries(notify)
    .filter(([, { on }]) => on.some((kind) => kinds.includes(kind)))
    .map(([to]) => ({
      id: `${s.run}:${event.seq}:${to}`,
      to,
      at: event.at,
      run: runOf(s),
      text: `${s.plan.mode.toUpperCase()} ${s.plan.runbook.name}: ${words}`,
      ...rest,
    }));
}

interface News extends Pick<Notice, 'node' | 'ask'> {
  readonly kinds: readonly NoticeKind[];
  readonly type: NoticeType;
  readonly words: string;
}

function newsOf(s: State, event: Event): News | undefined {
  switch (event.type) {
    case 'began': {
      const words = `begun by ${event.by}, ${s.plan.from.name} to ${s.plan.to.name}: ${event.reason}`;
      return { kinds: ['start'], type: 'run.began', words };
    }
    case 'asked': {
      const { about, ask, rests } = event;
      const failed = about.question === 'failed' || about.question === 'unknown';
      const opened = { id: event.try, at: event.at, node: about.node, ask: { ask, rests } };
      const glass = glassWords({ at: event.at, ask: { ask, about, votes: [] } }, event);
      return {
        ...ofAsk(opened),
        kinds: failed ? ['failures', 'asks'] : ['asks'],
        type: 'ask.opened',
        words:
          glass ?? (failed ? `${about.path ?? about.node} ${about.question}. ${ask.title}` : titleOf(s, ask)),
      };
    }
    case 'reminded':
    case 'escalated':
    case 'ended':
      return newsOfAsk(s, event);
    case 'budget': {
      const { of: node, objective, standing } = event;
      if (standing === 'met') return undefined;
      const said = standing === 'missed' ? 'has missed' : 'is expected to miss';
      const words = `${node} ${said} its ${objective.toUpperCase()}`;
      return { kinds: ['budgets'], type: `budget.${standing}`, node, words };
    }
    case 'became':
      return newsOfEnd(s, event);
    case 'changed': {
      const { change, by } = event;
      if (change.on !== 'record' || !('rollcall' in change.set)) return undefined;
      return { kinds: ['asks'], type: 'people.called', words: `${by} calls the roll: who is there?` };
    }
    case 'bound':
    case 'claimed':
    case 'continued':
    case 'refused':
    case 'released':
    case 'silent':
    case 'tick':
    case 'told':
    case 'tried':
    case 'unheard':
    case 'voted':
      return undefined;
  }
}

/** Who is asked to declare learns what for. */
const titleOf = ({ starter, startedWhy }: State, { kind, title }: Ask): string =>
  kind === 'declaration' && startedWhy !== undefined ? `${title} (${starter}: ${startedWhy})` : title;

/** An ask is still open and nobody has answered, or it has come to its end. */
function newsOfAsk(
  s: State,
  event: Extract<Event, { type: 'reminded' | 'escalated' | 'ended' }>,
): News | undefined {
  const open = s.open[event.try];
  if (!open?.ask) return undefined;
  const { title } = open.ask.ask;
  const about = ofAsk({ ...open, ask: open.ask });
  const waited = formatDuration(event.at - open.at);
  const glass = glassWords({ at: open.at, ask: open.ask }, event);
  switch (event.type) {
    case 'reminded':
      return {
        ...about,
        kinds: ['asks'],
        type: 'ask.reminded',
        words: glass ?? `open for ${waited}: ${title}`,
      };
    case 'escalated': {
      const words = `nobody has answered for ${waited}; ${event.to} may answer now: ${title}`;
      const ask = { ...about.ask, role: event.to };
      return { ...about, ask, kinds: ['asks'], type: 'ask.escalated', words };
    }
    case 'ended':
      return { ...about, kinds: ['asks'], type: 'ask.closed', words: glass ?? `${event.outcome}: ${title}` };
  }
}

function newsOfEnd(s: State, event: Extract<Event, { type: 'became' }>): News | undefined {
  const why = event.why === undefined ? '' : `: ${event.why}`;
  if (event.of !== 'run') {
    if (event.status !== 'failed') return undefined;
    return {
      kinds: ['failures'],
      type: 'node.failed',
      node: event.of,
      words: `${event.of} has failed${why}`,
    };
  }
  if (event.status === 'running' || event.status === 'on-hold' || event.status === 'ending') return undefined;
  const targets = targetsOf(s.plan).map(({ id }) => s.nodes[id]!);
  const flaws = (['degraded', 'unverified'] as const).filter((flaw) => targets.some((node) => node[flaw]));
  const words = `${[event.status, ...flaws].join(', ')} after ${formatDuration(event.at - s.start)}${why}`;
  return {
    kinds: event.status === 'failed' ? ['failures', 'end'] : ['end'],
    type: 'run.ended',
    words,
  };
}

type Opened = Pick<OpenTry, 'id' | 'at' | 'node'> & {
  readonly ask: Pick<NonNullable<OpenTry['ask']>, 'ask' | 'rests'>;
};

const ofAsk = ({ id, at, node, ask: { ask, rests } }: Opened) => ({
  node,
  ask: {
    try: id,
    kind: ask.kind,
    choices: ask.choices.map(({ name }) => name),
    rests,
    ...closing(ask, at),
  },
});

/** When it closes by itself; a glass that nobody objects to opens then. */
function closing({ kind, timeout, auto }: Ask, at: Instant): { closesAt?: Instant } {
  const after = kind === 'break-glass' ? auto?.after : timeout;
  return after === undefined ? {} : { closesAt: at + after };
}

function runOf({ run: id, plan }: State): Notice['run'] {
  const { name: runbook, title } = plan.runbook;
  return { id, runbook, title, mode: plan.mode, from: plan.from.name, to: plan.to.name };
}
