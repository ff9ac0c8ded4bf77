import { formatDuration } from '../../../core/units.ts';
import type { AskView, NodeView } from '../../../core/view.ts';
import {
  askName,
  askTitle,
  choicesOf,
  commandFor,
  retryCommand,
  seatsWords,
  shutNodes,
  whyNot,
} from '../asks.ts';
import { begunWords } from './begun-words.ts';
import { fit, lay, piece } from './line.ts';
import type { Scene } from './scene.ts';
import { timeoutWords } from './timeout-words.ts';
import { waitingWords } from './waiting-words.ts';
import { displayWidth, wrap } from './width.ts';

const indent = '  ';

/** What waits for people, what each answer rests on and sets free, what happens without one, and what to type. */
export function askLines(
  scene: Scene,
  options: { readonly keys: boolean; readonly current?: string },
): string[] {
  const { view, person, columns } = scene;
  const mine = view.asks.filter((ask) => !whyNot(ask, person, view));
  const others = view.asks.filter((ask) => whyNot(ask, person, view));
  const lines = mine.flatMap((ask) => oneAsk(ask, scene, options.keys && ask.try === options.current));
  const theirs = others.map((ask) =>
    fit(
      [...piece('waits for others'), ...piece(askName(ask, view.asks)), ...piece(whyNot(ask, person, view))],
      columns,
    ),
  );
  return [...lines, ...shutNodes(view).flatMap((shut) => oneShut(shut, scene)), ...theirs];
}

/** Nothing is asked any more; what stands behind it waits until somebody asks again. */
function oneShut(shut: NodeView, { view, columns, paint }: Scene): string[] {
  const waits = piece('WAITS FOR YOU', 0, { paint: (text) => paint.bold(paint.yellow(text)) });
  return [
    fit([...waits, ...piece(shut.id), ...piece('It is shut. Ask it again?')], columns),
    paint.dim(indent + fit(piece(retryCommand(shut, view)), columns - indent.length)),
  ];
}

function oneAsk(ask: AskView, scene: Scene, keys: boolean): string[] {
  const { columns, paint, clock } = scene;
  const { now } = scene.view;
  const room = columns - indent.length;
  const indented = (text: string) => wrap(text, room).map((line) => indent + line);
  const name = askName(ask, scene.view.asks);
  const title = askTitle(ask);
  const head = [
    ...piece('WAITS FOR YOU', 0, { paint: (text) => paint.bold(paint.yellow(text)) }),
    ...piece(name),
  ];
  const beside = displayWidth(`WAITS FOR YOU  ${name}  ${title}`) <= columns;
  // In the picture there is room for so much; the whole text is in muster status.
  const instructions = (ask.ask.instructions ?? '').split('\n').flatMap(indented);
  if (scene.rows !== Infinity && instructions.length > 6)
    instructions.splice(5, Infinity, `${indent}… more: muster status`);
  return [
    fit(beside ? [...head, ...piece(title)] : head, columns),
    ...(beside ? [] : indented(title)),
    ...(ask.message ? indented(ask.message).slice(0, 3) : []),
    ...instructions,
    ...indented(begunWords(ask, now)),
    ...indented(restsWords(ask, scene)),
    ...indented(waitingWords(ask, { now, moment: (at) => clock.minute(at) })),
    ...indented(timeoutWords(ask, (at) => `${clock.minute(at)} (${formatDuration(Math.max(0, at - now))})`)),
    ...(keys ? lay(keyPieces(ask), room).map((line) => indent + line) : commandLines(ask, scene, room)),
  ];
}

const commandLines = (ask: AskView, { view, paint }: Scene, room: number): string[] =>
  choicesOf(ask).map((choice) => paint.dim(indent + fit(piece(commandFor(ask, choice, view)), room)));

/** The key that makes a choice in the live view: its first letter for approve and reject, else its number. */
export function keyOf(ask: AskView, index: number): string {
  const name = choicesOf(ask)[index]?.name;
  return name === 'approve' ? 'a' : name === 'reject' ? 'r' : String(index + 1);
}

const keyPieces = (ask: AskView) =>
  choicesOf(ask).flatMap((choice, index) => piece(`[${keyOf(ask, index)}] ${choice.title}`));

/** `rests on api, verified 2m ago · a yes releases traffic · by anyone, 1 vote so far`. */
export function restsWords(ask: AskView, scene: Pick<Scene, 'view' | 'clock'>): string {
  const { rests, releases } = ask.shown;
  // A question is about the node itself; how that stands is what is asked.
  const rest = (ask.about.question ? [] : rests).map(({ node, status, verifiedAt, recoveredUpTo, point }) =>
    [
      node,
      ...(verifiedAt === undefined
        ? [status]
        : [`verified ${formatDuration(scene.view.now - verifiedAt)} ago`]),
      ...(recoveredUpTo === undefined ? [] : [`up to ${scene.clock.second(recoveredUpTo)}`]),
      ...(point === undefined ? [] : [`of ${point}`]),
    ].join(' '),
  );
  const yes = choicesOf(ask).find((choice) => !choice.rejects);
  const votes = ask.votes.map((vote) => `${vote.by}: ${vote.choice}`);
  return [
    rest.length > 0 ? `rests on ${some(rest)}` : '',
    releases.length > 0 ? `releases ${some(releases)}` : '',
    yes && !(ask.about.question && seatsWords(yes) === 'anyone') ? `by ${seatsWords(yes)}` : '',
    votes.length > 0 ? `so far ${votes.join(', ')}` : '',
  ]
    .filter((words) => words !== '')
    .join('; ');
}

/** The first of them, and how many more there are. */
const some = (items: readonly string[], most = 8): string =>
  [...items.slice(0, most), ...(items.length > most ? [`and ${items.length - most} more`] : [])].join(', ');
