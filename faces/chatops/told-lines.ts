import type { Event } from '../../core/event.ts';
import type { Mode } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';
import { eventLine } from '../cli/live/event-line.ts';
import { mentions } from './people.ts';
import { data, moment } from './slack/mrkdwn.ts';

/** An event as a line of the thread. */
export interface Told {
  readonly seq: number;
  readonly text: string;
  /** The whole channel is to see it. */
  readonly urgent: boolean;
}

/** What people need to know of what happened: no start of a step, no tick, nothing that goes as planned. */
export function toldLine(event: Event, mode: Mode, roster: Roster): Told | undefined {
  if (!matters(event)) return undefined;
  const words = event.type === 'escalated' ? escalationWords(event, roster) : lineOf(event, mode);
  if (words === undefined) return undefined;
  return {
    seq: event.seq,
    text: `${moment(event.observedAt ?? event.at)}  ${words}`,
    urgent: isUrgent(event),
  };
}

function lineOf(event: Event, mode: Mode): string | undefined {
  const line = eventLine(event, { clock: wordless, mode });
  return line === undefined ? undefined : data(line, 800);
}

/** Nobody has answered, so the next role may. */
function escalationWords({ try: id, to }: Extract<Event, { type: 'escalated' }>, roster: Roster): string {
  const whom = mentions([to], roster);
  return `nobody has answered ${data(id.split(/[/#]/)[0] ?? id)}; the ${data(to)} is called ${whom}`.trimEnd();
}

/** Slack writes the time, in the zone of who reads it. */
const wordless = { minute: () => '', second: () => '' };

function matters(event: Event): boolean {
  switch (event.type) {
    case 'began':
    case 'asked':
    case 'voted':
    case 'changed':
    case 'refused':
    case 'reminded':
    case 'escalated':
      return true;
    case 'silent':
    case 'unheard':
      return event.since !== undefined;
    case 'ended':
      return event.outcome === 'failed' || event.outcome === 'unknown';
    case 'budget':
      return event.standing !== 'met';
    case 'became':
      return event.of === 'run' || bad.has(event.status);
    case 'bound':
    case 'claimed':
    case 'continued':
    case 'released':
    case 'tick':
    case 'told':
    case 'tried':
      return false;
  }
}

const bad: ReadonlySet<string> = new Set(['failed', 'blocked', 'left-out', 'shut']);

const isUrgent = (event: Event): boolean =>
  (event.type === 'became' && event.of === 'run' && event.status !== 'running') ||
  event.type === 'reminded' ||
  event.type === 'escalated' ||
  (event.type === 'budget' && event.standing === 'missed') ||
  (event.type === 'ended' && event.outcome === 'unknown');
