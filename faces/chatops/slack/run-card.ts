import { formatDuration } from '../../../core/units.ts';
import type { RunView } from '../../../core/view.ts';
import { briefing } from '../../cli/briefing.ts';
import { claimWords } from '../../cli/claim-words.ts';
import { hasEnded, modeWord, nodeWord, runWord } from '../../cli/live/words.ts';
import { shortWords } from '../../cli/rollcall-words.ts';
import { budgetLines, runLine } from './ask-card.ts';
import { context, header, message, type Message, section } from './message.ts';
import { data, fitting, listed, moment, plain, momentsFrom } from './mrkdwn.ts';

/** A run as a message; its thread has what happens in it. */
export function runCard(view: RunView): Message {
  const word = runWord[view.status].text;
  const title = plain(`${modeWord[view.mode]} · ${view.runbook.name} · ${word}`, 150);
  const flaws = flawsOf(view);
  const lines = [
    data(view.runbook.title),
    `Disrupted ${momentsFrom(view.now)(view.moments.disruption.at)}${view.moments.disruption.assumed ? ' (assumed)' : ''}`,
    view.moments.end === undefined ? '' : `Ended ${momentsFrom(view.now)(view.moments.end)}`,
    ...(hasEnded(view) ? usedLines(view) : budgetLines(view)),
    flaws.length > 0 ? `*${flaws.join(', ')}*` : '',
    view.heldBy === undefined ? '' : `On hold by ${data(view.heldBy)}`,
    ...(view.waitsForClaim === undefined
      ? []
      : claimWords(data(view.waitsForClaim), (text) => `\`${text}\``)),
    ...rollcallLines(view),
    ...statusLines(view),
  ];
  const blocks = [
    header(title),
    section(fitting(lines.filter((line) => line !== ''))),
    context(`${runLine(view)} · as of ${moment(view.now)}`),
  ];
  const nodes = view.nodes.map(({ status, rto }) => [status, rto?.standing]);
  const functions = view.functions.map(({ status, rto, mtpd }) => [status, rto?.standing, mtpd?.standing]);
  return message(title, blocks, {
    title,
    flaws,
    nodes,
    functions,
    held: view.heldBy,
    rollcall: view.rollcall,
  });
}

/** How a run stands, for who asks: the same, and what it asks. */
export const statusBlocks = (view: RunView): readonly object[] => {
  const asks = view.asks.map((ask) => `• ${data(ask.about.node)}: ${data(ask.ask.title)}`);
  return [
    ...runCard(view).blocks,
    ...(asks.length > 0 ? [section(fitting(['*Waits for people*', ...asks]))] : []),
  ];
};

/** What somebody must know first who takes the command. */
export const briefed = (view: RunView): string =>
  fitting([`*${data(view.run)}*`, ...briefing(view, { moment, text: (words) => data(words) })]);

const flawsOf = (view: RunView): string[] =>
  [
    view.late ? 'LATE' : '',
    view.degraded ? 'DEGRADED' : '',
    view.unverified && hasEnded(view) ? 'UNVERIFIED' : '',
    view.lostTooMuch ? 'LOST TOO MUCH' : '',
  ].filter((flaw) => flaw !== '');

const usedLines = (view: RunView): string[] =>
  view.functions.flatMap(({ id, rto }) =>
    rto ? [`${data(id)}: ${formatDuration(rto.used)} of RTO ${formatDuration(rto.objective)}`] : [],
  );

/** Who is there by the last roll call, and for which gates that is too few. */
function rollcallLines(view: RunView): string[] {
  const { rollcall } = view;
  if (!rollcall) return [];
  const short = shortWords(view, data);
  const there = listed(rollcall.present.map((person) => data(person)));
  return [
    `Roll call ${moment(rollcall.at)}: ${there || 'nobody yet'}`,
    short.length > 0 ? `*TOO FEW PEOPLE*  ${listed(short, '; ')}` : '',
  ];
}

/** `done: orders-db, uploads`, a line for each status. */
function statusLines(view: RunView): string[] {
  const byWord = new Map<string, string[]>();
  for (const node of view.nodes) {
    const { text } = nodeWord(node);
    byWord.set(text, [...(byWord.get(text) ?? []), data(node.id, 100)]);
  }
  return [...byWord].map(([word, names]) => `${word}: ${listed(names)}`);
}
