import type { AnswerShape, Ask, Seat } from '../../../core/ask.ts';
import { formatDuration } from '../../../core/units.ts';
import { answerWords } from '../answer-value.ts';
import { plainWords } from '../live/readable.ts';

/** An ask as it is planned: who must say yes and who may not, what happens when nobody answers, what is asked for. */
export function askText(ask: Ask): string[] {
  const { auto, answers } = ask;
  if (auto) return [`answers itself: ${auto.choice}`];
  const asked = Object.entries(answers).map(answerText);
  return [
    approvalText(ask),
    `without an answer: ${silenceText(ask)}`,
    ...(asked.length > 0 ? [`asks for ${asked.join(', ')}`] : []),
  ];
}

function approvalText({ choices, not, channels }: Ask): string {
  const [yes] = choices;
  return [
    `${yes?.name ?? 'decided'} by ${yes?.by.map(seatText).join(' and ') ?? 'anyone'}`,
    ...(not.length > 0 ? [`not by ${not.join(', ')}`] : []),
    ...(channels ? [`only over ${channels.join(', ')}`] : []),
  ].join('; ');
}

function seatText({ role, count }: Seat): string {
  const roles = typeof role === 'string' ? role : role.join(' or ');
  return count === 1 ? roles : `${count} people (${roles})`;
}

/** The ladder, the reminders and the end, in this order. */
function silenceText({ escalate, remind, timeout, onTimeout }: Ask): string {
  const rungs = escalate.map(({ after, to }) => `${to} after ${formatDuration(after)}`);
  const end =
    onTimeout === 'leave-out' ? 'leaves out what lies behind it' : 'stays shut, and can be asked again';
  return [
    ...(rungs.length > 0 ? [`calls ${rungs.join(', ')}`] : []),
    ...(remind === undefined ? [] : [`reminds all every ${formatDuration(remind)}`]),
    timeout === undefined ? 'waits' : `after ${formatDuration(timeout)} ${end}`,
  ].join('; ');
}

function answerText([name, shape]: readonly [string, AnswerShape]): string {
  const words = [answerWords(shape), ...(shape.optional ? ['optional'] : [])].join(', ');
  return `${name} (${shape.description === undefined ? '' : `${plainWords(shape.description)}: `}${words})`;
}
