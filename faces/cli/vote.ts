import { type Answers, bringsAnswers, type Choice } from '../../core/ask.ts';
import type { AskView } from '../../core/view.ts';
import { type ActorOptions, actorOf } from './actor.ts';
import { answerComplaint, answerValue, answerWords } from './answer-value.ts';
import { askPerson } from './ask-person.ts';
import { answersBefore, askName, askTitle, choicesOf, choiceWords } from './asks.ts';
import type { Cli } from './cli.ts';
import { decide } from './decide.ts';
import type { ExitCode } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { restsWords } from './live/ask-lines.ts';
import { banner } from './live/banner.ts';
import { beganWords } from './live/began-words.ts';
import { begunWords } from './live/begun-words.ts';
import { plainWords, readable } from './live/readable.ts';
import { safe } from './live/safe.ts';
import { voteWords } from './live/vote-words.ts';
import { waitingWords } from './live/waiting-words.ts';
import { wrap } from './live/width.ts';
import { pairs } from './pairs.ts';
import { type Asked, askMeant } from './runs-meant.ts';
import { tell } from './show.ts';
import { clockIn } from './time.ts';

export type VoteOptions = ActorOptions & { readonly answer?: readonly string[] };

export interface Vote {
  /** The gate, system, step or try; undefined: the only one that has the choice. */
  readonly named: string | undefined;
  readonly run: string | undefined;
  /** Names of the choice; the first that the ask has is made. */
  readonly choices: readonly string[];
}

/** Shows what an ask rests on, then makes a choice of it in a person's name. */
export async function vote(cli: Cli, meant: Vote, options: VoteOptions): Promise<ExitCode> {
  const runs = await cli.runs();
  return voteOn(cli, await askMeant(runs, meant), meant.choices, options);
}

export async function voteOn(
  cli: Cli,
  asked: Asked,
  choices: readonly string[],
  options: VoteOptions,
): Promise<ExitCode> {
  const { view, ask } = asked;
  const choice = ask.ask.choices.find(({ name }) => choices.includes(name));
  if (!choice) throw noSuchChoice(ask, choices);
  tell(cli, shown(cli, asked, choice));
  const given = options.answer ? undefined : answersBefore(ask, choice);
  const answers = given ?? (bringsAnswers(choice) ? await answersOf(cli, ask, options.answer) : {});
  const actor = await actorOf(cli, options, choice.rejects ? 'required' : choice.reason);
  const decision = { ...actor, ask: ask.try, choice: choice.name, answers, rests: ask.rests };
  const what = `${choice.name} ${askName(ask, view.asks)}`;
  return decide(cli, await cli.runs(), { run: view.run, what }, decision);
}

const noSuchChoice = (ask: AskView, choices: readonly string[]): CliFailure =>
  new CliFailure(`It does not have the choice ${choices.join(' or ')}.`, {
    hint: `Its choices are ${choicesOf(ask)
      .map((choice) => `${choice.name}: ${choiceWords(choice)}`)
      .join('; ')}.`,
  });

function shown(cli: Cli, asked: Asked, choice: Choice): string {
  const { view, ask } = safe(asked);
  const about = [view.runbook.name, `${view.from} > ${view.to}`, choice.name.toUpperCase()];
  const clock = clockIn(cli.zone, view.now);
  const { columns } = cli.terminal.size();
  const words = [
    restsWords(ask, { view, clock }),
    voteWords(ask, clock.minute),
    waitingWords(ask, { now: view.now, moment: clock.minute }),
    `Choice: ${choice.title}`,
  ];
  return [
    banner(view.mode, about, columns, cli.paint),
    ...[
      askTitle(ask),
      ask.ask.kind === 'declaration' ? beganWords(view) : '',
      ask.message ?? '',
      begunWords(ask, view.now),
    ].flatMap((text) => wrap(text, columns)),
    ...readable(ask.ask.instructions ?? '', columns),
    ...words.flatMap((text) => wrap(text, columns)),
  ].join('\n');
}

/** Typed answers from `--answer key=value`; what is missing is asked for at a terminal. */
async function answersOf(cli: Cli, { ask }: AskView, given?: readonly string[]): Promise<Answers> {
  const texts = pairs('--answer', given);
  const unknown = [...texts.keys()].find((name) => !Object.hasOwn(ask.answers, name));
  if (unknown !== undefined) {
    throw new CliFailure(`No answer ${unknown} is asked for.`, {
      hint: `Asked for: ${Object.keys(ask.answers).join(', ') || 'none'}.`,
    });
  }
  const answers: Record<string, Answers[string]> = {};
  for (const [name, shape] of Object.entries(ask.answers)) {
    const prompt = `${plainWords(shape.description ?? name)} (${answerWords(shape)}):`;
    const asks = !texts.has(name) && !shape.optional && cli.terminal.asks;
    const text = texts.get(name) ?? (asks ? await askPerson(cli, prompt) : undefined);
    texts.delete(name);
    if (text === undefined && shape.optional) continue;
    const value = answerValue(text ?? '', shape);
    if (value === undefined) {
      throw new CliFailure(`The answer ${answerComplaint(name, text ?? '', shape)}`, {
        hint: `--answer ${name}=…`,
      });
    }
    answers[name] = value;
  }
  return answers;
}
