import type { Change } from '../../core/change.ts';
import type { Person } from '../../core/names.ts';
import type { Runs } from '../../client/runs.ts';
import type { Asked } from '../cli/runs-meant.ts';
import { openList, silentLines } from '../cli/open-runs.ts';
import { askMeant, runMeant } from '../cli/runs-meant.ts';
import { askName } from '../cli/asks.ts';
import { changeWords } from '../cli/live/event-line.ts';
import { modeWord } from '../cli/live/words.ts';
import type { RunView } from '../../core/view.ts';
import { CommandFailure } from './command-failure.ts';
import type { Wanted } from './offers.ts';
import { section } from './slack/message.ts';
import { briefed } from './slack/run-card.ts';
import { data, fitting } from './slack/mrkdwn.ts';
import { statusBlocks } from './slack/run-card.ts';

/** What was typed after the name of a command: `go-live shop: the checks are fine`. */
export interface Typed {
  readonly names: readonly string[];
  /** What stands after the first colon. */
  readonly words: string;
}

/** What a command comes to: something to show, a choice of an ask, a run to start, or a change of one. */
export type Comes =
  | { readonly show: readonly object[] }
  | { readonly choose: Asked; readonly choice: string; readonly reason: string }
  | { readonly start: Wanted; readonly reason: string }
  | { readonly propose: Change; readonly to: RunView; readonly title: string; readonly reason: string };

export interface Command {
  readonly name: string;
  /** What to type after the name. */
  readonly usage: string;
  readonly summary: string;
  readonly run: (typed: Typed, runs: Runs, by: Person) => Promise<Comes>;
}

/** All commands; a new one is one more entry. */
export const commands: readonly Command[] = [
  {
    name: 'status',
    usage: '[RUN]',
    summary: 'how a run stands',
    run: async ({ names: [run] }, runs) => ({ show: statusBlocks(await runMeant(runs, run)) }),
  },
  {
    name: 'list',
    usage: '',
    summary: 'the open runs',
    run: async (_, runs) => ({ show: await listed(runs) }),
  },
  {
    name: 'approve',
    usage: 'GATE [RUN]: REASON',
    summary: 'open a gate',
    run: (typed, runs) => choose(typed, runs, ['approve', 'attest']),
  },
  {
    name: 'reject',
    usage: 'GATE [RUN]: REASON',
    summary: 'close a gate',
    run: (typed, runs) => choose(typed, runs, ['reject']),
  },
  {
    name: 'declare',
    usage: 'RUNBOOK [: REASON]',
    summary: 'start a LIVE recovery, which people then declare',
    run: (typed) => Promise.resolve(start(typed, 'live')),
  },
  {
    name: 'rehearse',
    usage: 'RUNBOOK [: REASON]',
    summary: 'start a rehearsal',
    run: (typed) => Promise.resolve(start(typed, 'rehearsal')),
  },
  {
    name: 'hold',
    usage: '[RUN]: REASON',
    summary: 'start nothing new',
    run: (typed, runs) => propose(typed, runs, { on: 'run', set: 'hold' }),
  },
  {
    name: 'resume',
    usage: '[RUN]: REASON',
    summary: 'go on after a hold',
    run: (typed, runs) => propose(typed, runs, { on: 'run', set: 'resume' }),
  },
  {
    name: 'note',
    usage: '[RUN]: TEXT',
    summary: 'put a note into the record',
    run: (typed, runs) => propose(typed, runs, { on: 'record', set: { note: typed.words } }),
  },
  {
    name: 'rollcall',
    usage: '[RUN]',
    summary: 'ask all who is there',
    run: (typed, runs) => propose(or(typed, 'roll call'), runs, { on: 'record', set: { rollcall: true } }),
  },
  {
    name: 'present',
    usage: '[RUN]',
    summary: 'say that you are there',
    run: (typed, runs) => propose(or(typed, 'present'), runs, { on: 'record', set: { present: true } }),
  },
  {
    name: 'handover',
    usage: '[RUN]',
    summary: 'what somebody must know first who takes the command',
    run: async ({ names: [run] }, runs) => ({ show: [section(briefed(await runMeant(runs, run)))] }),
  },
  {
    name: 'accept',
    usage: '[RUN]',
    summary: 'take the command that was offered to you',
    run: (typed, runs) => propose(or(typed, 'accepted'), runs, { on: 'record', set: { command: 'accept' } }),
  },
  { name: 'help', usage: '', summary: 'this list', run: () => Promise.resolve({ show: help() }) },
];

/** Reads `/muster NAME …`; undefined where there is no such command. */
export function commandOf(text: string): { readonly command: Command; readonly typed: Typed } | undefined {
  const [, name = '', before = '', words = ''] = /^\s*(\S*?)(?=[\s:]|$)([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const command = commands.find((one) => one.name === (name || 'help').toLowerCase());
  return command && { command, typed: { names: before.split(/\s+/).filter(Boolean), words: words.trim() } };
}

export function help(): readonly object[] {
  const lines = commands.map(
    ({ name, usage, summary }) => `\`/muster ${name} ${usage}`.trimEnd() + `\`  ${summary}`,
  );
  return [section(['What stands after the colon goes into the record.', ...lines].join('\n'))];
}

async function listed(runs: Runs): Promise<readonly object[]> {
  const { runs: open, silent } = await openList(runs, 50);
  const lines = [
    ...open.map(({ run, mode, status }) => `*${modeWord[mode]}*  ${data(run)}  ${data(status)}`),
    ...silentLines(silent).map(data),
  ];
  return [section(lines.length > 0 ? fitting(lines) : 'No run is open.')];
}

async function choose({ names, words }: Typed, runs: Runs, choices: readonly string[]): Promise<Comes> {
  const [named, run] = names;
  const asked = await askMeant(runs, { named, run, choices });
  const choice = asked.ask.ask.choices.find(({ name }) => choices.includes(name));
  if (!choice) throw new CommandFailure(`${askName(asked.ask, asked.view.asks)} does not have that choice.`);
  return { choose: asked, choice: choice.name, reason: words };
}

/** Whatever was typed, a form asks before anything is started. */
function start({ names: [name], words }: Typed, mode: Wanted['mode']): Comes {
  if (name === undefined) throw new CommandFailure('Say which runbook.');
  return { start: { mode, name }, reason: words };
}

/** What is said where nothing was. */
const or = (typed: Typed, words: string): Typed => ({ ...typed, words: typed.words || words });

async function propose({ names: [run], words }: Typed, runs: Runs, change: Change): Promise<Comes> {
  if (words === '') throw new CommandFailure('Say why, after a colon: it will stand in the record.');
  const to = await runMeant(runs, run);
  const reason = change.on === 'record' && 'note' in change.set ? 'a note' : words;
  return { propose: change, to, title: changeWords(change), reason };
}
