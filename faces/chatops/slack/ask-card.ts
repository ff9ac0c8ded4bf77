import { excludedBy } from '../../../core/eligible.ts';
import { answersText } from '../../../core/ask.ts';
import { bringsAnswers, type Choice } from '../../../core/ask.ts';
import type { Role } from '../../../core/names.ts';
import type { Roster } from '../../../core/roster.ts';
import { formatDuration } from '../../../core/units.ts';
import type { AskView, NodeView, RunView } from '../../../core/view.ts';
import { askName, askTitle, choicesOf, seatsWords } from '../../cli/asks.ts';
import { beganWords } from '../../cli/live/began-words.ts';
import { begunWords } from '../../cli/live/begun-words.ts';
import { readable } from '../../cli/live/readable.ts';
import { timeoutWords } from '../../cli/live/timeout-words.ts';
import { waitingWords } from '../../cli/live/waiting-words.ts';
import { modeWord, standingWord } from '../../cli/live/words.ts';
import type { Order } from '../desk.ts';
import { mentions } from '../people.ts';
import { context, header, message, type Message, section } from './message.ts';
import { data, fitting, listed, moment, plain, roomy, dated, momentsFrom } from './mrkdwn.ts';

/** What a button says when it is clicked. */
export interface Button {
  readonly run: string;
  readonly ask: string;
  readonly choice: string;
  readonly rests: string;
  /** Words are needed first: a form is opened. */
  readonly form: boolean;
}

export interface AskScene {
  readonly view: RunView;
  readonly ask: AskView;
  /** Decisions that nobody has counted yet. */
  readonly onTheWay: readonly Order[];
  readonly roster: Roster;
}

/** An ask as a message: what is decided, what it rests on, what it sets free, what is left of the budgets, and buttons. */
export function askCard({ view, ask, onTheWay, roster }: AskScene): Message {
  const name = askName(ask, view.asks);
  const votes = ask.votes.map(({ by, choice }) => `${data(by)}: ${data(choice)}`);
  const given = ask.votes.find(({ answers }) => answers)?.answers;
  const sent = onTheWay.map(({ title, decision }) => `${data(title)} by ${data(decision.by)}`);
  const title = `${modeWord[view.mode]} · ${view.runbook.name} · ${name}`;
  const lines = [
    `*${data(askTitle(ask))}*`,
    ask.ask.kind === 'declaration' ? beganWords(view, (text) => data(text, 600)) : '',
    ask.message === undefined ? '' : data(ask.message, 600),
    restsLine(ask),
    releasesLine(ask),
    waitingWords(ask, { now: view.now, moment: momentsFrom(view.now), name: data }),
    ...budgetLines(view, ask.shown.ifNow === undefined),
    whoLine(ask, view, roster),
    timeoutWords(ask, momentsFrom(view.now)),
    begunWords(ask, view.now, data(ask.begun?.by ?? '')),
    votes.length > 0 ? `Votes so far: ${listed(votes)}` : '',
    given ? `Answered: ${data(answersText(given), 600)}; who votes the same confirms it` : '',
    sent.length > 0 ? `_On its way, not counted yet:_ ${sent.join(', ')}` : '',
  ];
  const blocks = [
    header(plain(title, 150)),
    section(fitting(lines.filter((line) => line !== ''))),
    ...instructionBlocks(ask),
    ...buttons(view, ask),
    context(`${runLine(view)} · as of ${moment(view.now)}`),
  ];
  const standings = view.functions.map(({ rto, mtpd }) => [rto?.standing, mtpd?.standing]);
  return message(`${plain(title, 150)}: ${data(askTitle(ask))}`, blocks, {
    votes,
    sent,
    standings,
    begun: ask.begun,
    // What was shown first may have been lost with its worker, and the ask opened anew a moment later.
    rests: ask.rests,
  });
}

/** Slack takes 50 blocks; whoever has more to read than this reads it at a terminal, or in the runbook. */
const mostBlocks = 10;

/** The instructions in as many blocks as they need: what is decided must not be crowded out by them. */
function instructionBlocks({ ask: { instructions = '' } }: AskView): object[] {
  const texts = [''];
  for (const line of readable(instructions, Infinity)) {
    const next = `${texts.at(-1)}\n${data(line, 600)}`.trimStart();
    if (next.length > roomy) texts.push(data(line, 600));
    else texts[texts.length - 1] = next;
  }
  const shown = texts.slice(0, mostBlocks).filter((text) => text !== '');
  const cutOff = texts.length > mostBlocks ? [section('_… and more: see the runbook._')] : [];
  return [...shown.map(section), ...cutOff];
}

/** Does a choice need words: its reason, typed answers? A rejection closes what is asked and always says why. */
export const needsForm = (choice: Choice, { ask }: AskView): boolean =>
  choice.reason === 'required' ||
  choice.rejects ||
  (bringsAnswers(choice) && Object.keys(ask.answers).length > 0);

/** An ask that is closed: what came of it and who decided; no buttons any more. */
export function closedCard(closed: {
  readonly title: string;
  readonly outcome: string;
  readonly votes: readonly string[];
}): Message {
  const votes = closed.votes.map((vote) => `• ${data(vote, 600)}`);
  const text = fitting([`*${data(closed.outcome)}*  ${data(closed.title)}`, ...votes]);
  return message(text, [section(text)], text);
}

/** `shop-2026… > standby · plan aa11bb22cc33, revision 0 · started by ann`. */
export const runLine = (view: RunView): string =>
  [
    `${data(view.run)}  ${data(view.from)} → ${data(view.to)}`,
    `plan ${data(view.plan.digest.slice(0, 19))}, revision ${view.plan.revision}`,
    `started by ${data(view.startedBy)}`,
  ].join(' · ');

/** What is left of each budget now, when it should be done, and, where that is not said elsewhere, what waiting costs. */
export function budgetLines(view: RunView, costs = true): string[] {
  const targets = view.functions.length > 0 ? view.functions : view.nodes;
  return targets.filter(({ rto, mtpd }) => rto ?? mtpd).map((node) => budgetLine(node, view, costs));
}

function budgetLine(node: NodeView, view: RunView, costs: boolean): string {
  const parts = (['rto', 'mtpd'] as const).flatMap((name) => {
    const budget = node[name];
    if (!budget) return [];
    const left =
      budget.left < 0 ? `over by ${formatDuration(0 - budget.left)}` : `${formatDuration(budget.left)} left`;
    const limit = `${name.toUpperCase()} ${formatDuration(budget.objective)}`;
    return [`${limit}: ${left}, ${standingWord[budget.standing].text}`];
  });
  const back = node.expectedAt === undefined ? '' : `back about ${moment(node.expectedAt)}`;
  return [
    `${data(node.id)}:`,
    [...parts, back, costs ? slackWords(node, view) : ''].filter(Boolean).join('; '),
  ].join(' ');
}

/** How long waiting is free, by the plan's figures. */
function slackWords({ rto, expectedAt }: NodeView, { now }: RunView): string {
  if (!rto || expectedAt === undefined || rto.standing === 'met' || rto.standing === 'missed') return '';
  const slack = rto.left - (expectedAt - now);
  return slack > 0
    ? `waiting is free for ${formatDuration(slack)}, then it costs the RTO`
    : 'every minute of waiting makes it later';
}

function restsLine({ about, shown }: AskView): string {
  // A question is about the node itself; how that stands is what is asked.
  if (about.question || shown.rests.length === 0) return '';
  const rests = shown.rests.map(({ node, status, verifiedAt, recoveredUpTo, point }) =>
    [
      data(node),
      verifiedAt === undefined ? `${data(status)}, NOT VERIFIED` : `verified ${dated(verifiedAt)}`,
      recoveredUpTo === undefined ? '' : `up to ${dated(recoveredUpTo)}`,
      point === undefined ? '' : `of ${data(point)}`,
    ]
      .filter(Boolean)
      .join(' '),
  );
  return `Rests on ${listed(rests, '; ')}`;
}

const releasesLine = ({ shown }: AskView): string =>
  shown.releases.length === 0 ? '' : `Releases ${listed(shown.releases.map((name) => data(name)))}`;

function whoLine(asked: AskView, { startedBy: starter, commander }: RunView, roster: Roster): string {
  const { ask } = asked;
  const yes = choicesOf(asked).find((choice) => !choice.rejects);
  if (!yes) return '';
  const not = ask.not.length > 0 ? `, not the ${ask.not.map((role) => data(role)).join(' or ')}` : '';
  const excluded = excludedBy(ask.not, { starter, commander });
  return `Decided by ${data(seatsWords(yes))}${not} ${mentions(rolesOf(yes), roster, excluded)}`.trimEnd();
}

const rolesOf = (choice: Choice): readonly Role[] => choice.by.flatMap(({ role }) => role);

/** A button for each choice; none where the chat may not answer. */
function buttons(view: RunView, ask: AskView): object[] {
  const { channels } = ask.ask;
  if (channels && !channels.includes('chat'))
    return [section(`_Answers are taken from ${data(channels.join(', '))}._`)];
  return [
    {
      type: 'actions',
      elements: choicesOf(ask)
        .slice(0, 25)
        .map((choice) => button(view, ask, choice)),
    },
  ];
}

function button({ run }: RunView, ask: AskView, choice: Choice): object {
  const form = needsForm(choice, ask);
  const says: Button = { run, ask: ask.try, choice: choice.name, rests: ask.rests, form };
  const style = choice.rejects ? 'danger' : ask.ask.kind === 'gate' ? 'primary' : undefined;
  return {
    type: 'button',
    action_id: `choose:${choice.name}`.slice(0, 255),
    text: { type: 'plain_text', text: plain(choice.title, 75), emoji: false },
    value: JSON.stringify(says),
    ...(style && { style }),
  };
}
