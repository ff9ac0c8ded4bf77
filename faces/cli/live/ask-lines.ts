import { formatDuration } from '../../../core/units.ts';
import type { AskView, NodeView } from '../../../core/view.ts';
import {
  askName,
  askTitle,
  choicesOf,
  choiceWords,
  commandFor,
  notWords,
  retryCommand,
  seatsWords,
  shutNodes,
  whyNot,
} from '../asks.ts';
import { isFor, mayChoose, mayOnlyTurnDown, whomWords } from '../whom.ts';
import { beganWords } from './began-words.ts';
import { begunWords } from './begun-words.ts';
import { fit, lay, oneLine, piece } from './line.ts';
import { provedWord } from './proved-word.ts';
import { readable } from './readable.ts';
import type { Scene } from './scene.ts';
import { timeoutWords } from './timeout-words.ts';
import { ladderWords, voteWords } from './vote-words.ts';
import { waitingWords } from './waiting-words.ts';
import { clip, displayWidth, wrap } from './width.ts';
import { foldCommand } from '../typed.ts';

const indent = '  ';

/** What waits for people, what each answer rests on and sets free, what happens without one, and what to type. */
export function askLines(
  scene: Scene,
  options: { readonly keys: boolean; readonly current?: string },
): string[] {
  const { view, person } = scene;
  const mine = view.asks.filter((ask) => isFor(ask, person, view));
  const others = view.asks.filter((ask) => !mine.includes(ask));
  return [
    ...mine.flatMap((ask) => oneAsk(ask, scene, options.keys && ask.try === options.current)),
    ...shutNodes(view).flatMap((shut) => oneShut(shut, scene)),
    ...others.flatMap((ask) => forOthers(ask, scene)),
  ];
}

/** Nothing is asked any more; what stands behind it waits until somebody asks again, who commands the run. */
function oneShut(shut: NodeView, scene: Scene): string[] {
  const { view, person, columns, paint } = scene;
  const mine = view.steeredBy?.includes(person) ?? true;
  const whom = mine ? 'YOU' : `${view.steeredBy!.join(' or ')}`;
  const bold = (text: string) => (mine ? paint.bold(paint.yellow(text)) : text);
  return [
    fit(
      [
        ...piece(`WAITS FOR ${whom}`, 0, { paint: bold }),
        ...piece(shut.id),
        ...piece('It is shut. Ask it again?'),
      ],
      columns,
    ),
    ...commandLine(retryCommand(shut, view), scene),
  ];
}

function oneAsk(ask: AskView, scene: Scene, keys: boolean): string[] {
  const { columns, paint } = scene;
  const room = columns - indent.length;
  return [
    ...headLines('WAITS FOR YOU', ask, scene, (text) => paint.bold(paint.yellow(text))),
    ...stateLines(ask, scene),
    ...(keys ? lay(keyPieces(ask, scene), room).map((line) => indent + line) : commandLines(ask, scene)),
  ];
}

/** What waits for somebody else: in the picture only whom for and how far it is, in `muster status` all of it. */
function forOthers(ask: AskView, scene: Scene): string[] {
  const { view, person, rows, columns, clock } = scene;
  const whom = whomWords(ask);
  const why = whyNot(ask, person, view);
  const known = whom !== '';
  const head = known
    ? headLines(`WAITS FOR ${whom}`, ask, scene, (text) => text)
    : [fit([...piece('waits for others'), ...piece(askName(ask, view.asks)), ...piece(why)], columns)];
  const reason =
    known && why !== undefined
      ? `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
      : mayOnlyTurnDown(ask, person, view)
        ? `You may only turn it down${rows === Infinity ? '' : ': see muster status'}.`
        : '';
  if (rows !== Infinity) {
    const state = [voteWords(ask, clock.minute), ladderWords(ask, clock.minute, true), endWords(ask, scene)];
    return [...head, ...indented([reason, ...state].filter(Boolean).join(' '), columns)];
  }
  return [...head, ...indented(reason, columns), ...stateLines(ask, scene), ...commandLines(ask, scene)];
}

/** Whom it waits for, what is asked and its title: beside each other where there is room. */
function headLines(
  whom: string,
  ask: AskView,
  { view, columns }: Scene,
  paint: (text: string) => string,
): string[] {
  const name = askName(ask, view.asks);
  const title = askTitle(ask);
  const fits = (...texts: string[]) => displayWidth(texts.join('  ')) <= columns;
  if (fits(whom, name, title))
    return [fit([...piece(whom, 0, { paint }), ...piece(name), ...piece(title)], columns)];
  if (fits(whom, name))
    return [fit([...piece(whom, 0, { paint }), ...piece(name)], columns), ...indented(title, columns)];
  return [...wrap(whom, columns).map(paint), ...indented(`${name}: ${title}`, columns)];
}

/** What is asked in full: what was shown, what people have said, and what happens when. */
function stateLines(ask: AskView, scene: Scene): string[] {
  const { columns, clock, view, person, rows } = scene;
  const { now } = view;
  const lines = (text: string) => indented(text, columns);
  // In the picture there is room for so much; the whole text is in muster status.
  const instructions = readable(ask.ask.instructions ?? '', columns - indent.length).map(
    (line) => indent + line,
  );
  if (rows !== Infinity && instructions.length > 6)
    instructions.splice(5, Infinity, `${indent}… more: muster status`);
  const whom = ask.votes.length > 0 && isFor(ask, person, view) ? whomWords(ask) : '';
  return [
    ...(ask.ask.kind === 'declaration' ? lines(beganWords(view)) : []),
    ...(ask.message ? lines(ask.message).slice(0, 3) : []),
    ...instructions,
    ...lines(begunWords(ask, now)),
    ...lines(restsWords(ask, scene)),
    ...lines(voteWords(ask, clock.minute)),
    ...lines(whom === '' ? '' : `Still needed: ${whom}.`),
    ...lines(waitingWords(ask, { now, moment: clock.minute })),
    ...lines(ladderWords(ask, clock.minute, rows !== Infinity)),
    ...lines(endWords(ask, scene)),
  ];
}

const endWords = (ask: AskView, { view, clock }: Scene): string =>
  timeoutWords(ask, (at) => `${clock.minute(at)} (${formatDuration(Math.max(0, at - view.now))})`);

const indented = (text: string, columns: number): string[] =>
  wrap(text, columns - indent.length).map((line) => indent + line);

const commandLines = (ask: AskView, scene: Scene): string[] =>
  choicesOf(ask)
    .filter((choice) => mayChoose(ask, choice, scene.person, scene.view))
    .flatMap((choice) => [
      ...(ask.about.question ? indented(`${choice.name}: ${choiceWords(choice)}`, scene.columns) : []),
      ...commandLine(commandFor(ask, choice, scene.view), scene),
    ]);

/** A command as it can be copied; only in the picture, which must fit its window, a word may be cut. */
function commandLine(command: string, { columns, rows, paint }: Scene): string[] {
  const room = columns - indent.length;
  const lines = foldCommand(oneLine(command), room);
  return (rows === Infinity ? lines : lines.map((line) => clip(line, room))).map((line) =>
    paint.dim(indent + line),
  );
}

/** The key that makes a choice in the live view: its first letter for approve and reject, else its number. */
export function keyOf(ask: AskView, index: number): string {
  const name = choicesOf(ask)[index]?.name;
  return name === 'approve' ? 'a' : name === 'reject' ? 'r' : String(index + 1);
}

const keyPieces = (ask: AskView, { person, view }: Scene) =>
  choicesOf(ask).flatMap((choice, index) =>
    mayChoose(ask, choice, person, view) ? piece(`[${keyOf(ask, index)}] ${choiceWords(choice)}`) : [],
  );

/** `rests on api verified 2m ago; releases traffic; by 2 × dba, not the starter`. */
export function restsWords(ask: AskView, scene: Pick<Scene, 'view' | 'clock'>): string {
  const { rests, releases } = ask.shown;
  // A question is about the node itself; how that stands is what is asked.
  const rest = (ask.about.question ? [] : rests).map(({ node, status, verifiedAt, recoveredUpTo, point }) =>
    [
      node,
      ...(verifiedAt === undefined
        ? [status]
        : [`${provedWord(node, scene.view)} ${formatDuration(scene.view.now - verifiedAt)} ago`]),
      ...(recoveredUpTo === undefined ? [] : [`up to ${scene.clock.second(recoveredUpTo)}`]),
      ...(point === undefined ? [] : [`of ${point}`]),
    ].join(' '),
  );
  const yes = choicesOf(ask).find((choice) => !choice.rejects);
  return [
    rest.length > 0 ? `rests on ${some(rest)}` : '',
    releases.length > 0 ? `releases ${some(releases)}` : '',
    yes && !(ask.about.question && seatsWords(yes) === 'anyone')
      ? `by ${seatsWords(yes)}${notWords(ask.ask.not)}`
      : '',
  ]
    .filter((words) => words !== '')
    .join('; ');
}

/** The first of them, and how many more there are. */
const some = (items: readonly string[], most = 8): string =>
  [...items.slice(0, most), ...(items.length > most ? [`and ${items.length - most} more`] : [])].join(', ');
