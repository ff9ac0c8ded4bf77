import type { Order, Outcome } from './desk.ts';
import { data } from './slack/mrkdwn.ts';

/** What became of a decision, for who made it. */
export function outcomeWords({ title, run }: Order, outcome: Outcome): string {
  const what = `*${data(title)}* (${data(run)})`;
  switch (outcome.so) {
    case 'counted':
      return `${what}: counted.`;
    case 'refused':
      return `${what}: NOT counted: ${data(outcome.why, 600)}.`;
    case 'uncertain':
      return `${what}: it is not known whether it was recorded (${data(outcome.why, 600)}). Say it again: it counts once.`;
  }
}
