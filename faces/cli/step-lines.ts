import type { FoundStep } from '../../host/list-steps.ts';
import { fit, piece } from './live/line.ts';
import { formatBytes } from './live/progress-words.ts';
import { wrap } from './live/width.ts';
import type { Clock } from './time.ts';
import { foldCommand, typed } from './typed.ts';

/** A step of this host, with what is known of its run; `open` is absent where nobody can say. */
export interface HostStep extends FoundStep {
  readonly open?: boolean;
  /** Nobody waits for it: it lives, or nobody knows its end, and its run is not open any more; or its run gave it up. */
  readonly orphan: boolean;
  /** It is at work, and its run, which is open, goes on without it. */
  readonly givenUp?: true;
}

const words: Readonly<Record<FoundStep['observation']['state'], string>> = {
  'never-ran': 'not begun',
  running: 'RUNNING',
  ended: 'ended',
  stopped: 'stopped',
  unknown: 'UNKNOWN',
};

const indent = '    ';

/** The steps below their runs, and below each orphan what to do with it. */
export function stepLines(
  steps: readonly HostStep[],
  { columns, clock }: { readonly columns: number; readonly clock: Clock },
): string[] {
  const lines: string[] = [];
  let run: string | undefined;
  for (const step of steps) {
    if (step.run !== run) lines.push(fit([...piece(step.run), ...piece(`(${runWords(step)})`)], columns));
    run = step.run;
    lines.push(`  ${fit(stepPieces(step, clock), columns - 2)}`);
    if (step.orphan) lines.push(...advice(step, columns - indent.length).map((line) => indent + line));
  }
  return lines;
}

const runWords = ({ open }: HostStep): string =>
  open === undefined ? 'open? nobody can say' : open ? 'open' : 'not open';

function stepPieces(step: HostStep, clock: Clock) {
  const { observation, orphan, givenUp, action, unreadable, since, logBytes } = step;
  const code = observation.state === 'ended' && observation.code !== undefined ? ` ${observation.code}` : '';
  return [
    ...piece(`${words[observation.state]}${code}`, 0, { column: 9 }),
    ...piece(step.try, 0),
    ...piece(givenUp ? 'GIVEN UP' : orphan ? 'ORPHAN' : ''),
    ...(unreadable ? piece('INTENT UNREADABLE') : piece(action, 2)),
    ...piece(`since ${clock.minute(since)}`, 1),
    ...piece(`log ${formatBytes(logBytes)}`, 3),
  ];
}

/** What a person does about a step that nobody observes any more. Nothing of it is done by itself. */
function advice(step: HostStep, columns: number): string[] {
  const { observation, directory, run } = step;
  const wrapped = (text: string) => wrap(text, columns);
  const command = (text: string) => foldCommand(text, columns - 2).map((line) => `  ${line}`);
  const log = command(typed`less ${`${directory}/log`}`);
  if (observation.state === 'unknown')
    return [
      ...wrapped(`Nobody will settle it: ${observation.why}. Look at what it left, and at its log:`),
      ...log,
      ...wrapped('When that is in order, delete its directory; its files in work/ go with it:'),
      ...command(typed`rm -r ${directory}`),
    ];
  return [
    ...wrapped(
      step.givenUp
        ? 'Given up: its run goes on without it, and it goes on by itself. What it does, and what its run does meanwhile:'
        : 'Nobody observes it, and it goes on by itself. What it does, and whether its run is over:',
    ),
    ...log,
    ...command(typed`muster status ${run}`),
    ...wrapped('To end it, which leaves what it was doing half done:'),
    ...command(typed`touch ${`${directory}/stop`}`),
    ...endOf(step).flatMap(command),
  ];
}

/** Its supervisor bears the session; where that is gone, whoever holds the lock is what lives. */
const endOf = ({ observation, directory, supervised }: HostStep): string[] =>
  supervised && observation.state === 'running' && observation.process
    ? [`kill -TERM -- -${observation.process.pid}`]
    : [typed`fuser -v ${`${directory}/lock`}`];
