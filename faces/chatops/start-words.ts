import { modeWord } from '../cli/live/words.ts';
import type { Wanted } from './offers.ts';
import { data } from './slack/mrkdwn.ts';

/** What became of a start. */
export type StartOutcome =
  | { readonly so: 'started' | 'under-way'; readonly run: string }
  | { readonly so: 'refused' | 'uncertain'; readonly why: string };

/** The same, for who wanted it. */
export function startWords({ mode, name }: Wanted, outcome: StartOutcome): string {
  const what = `*${modeWord[mode]}  ${data(name)}*`;
  switch (outcome.so) {
    case 'started':
      return mode === 'live'
        ? `${what} is started: ${data(outcome.run)}. Nothing is touched until it is declared.`
        : `${what} is started: ${data(outcome.run)}.`;
    case 'under-way':
      return `${what} is under way already: ${data(outcome.run)}. Nothing new was started.`;
    case 'refused':
      return `${what} was NOT started. ${data(outcome.why, 1_200)}`;
    case 'uncertain':
      return `${what}: it is not known whether it was started (${data(outcome.why, 600)}). \`/muster list\` shows it if it was.`;
  }
}
