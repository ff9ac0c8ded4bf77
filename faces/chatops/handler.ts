import { z } from 'zod';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import { type Answers, bringsAnswers, type Choice } from '../../core/ask.ts';
import type { Person } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';
import type { AskView, RunView } from '../../core/view.ts';
import { askName } from '../cli/asks.ts';
import { CliFailure } from '../cli/failure.ts';
import { CommandFailure } from './command-failure.ts';
import { type Comes, commandOf, help } from './commands.ts';
import type { Desk, Order } from './desk.ts';
import type { Ack } from './front.ts';
import { outcomeWords } from './outcome-words.ts';
import { personOf } from './people.ts';
import { type SlackCall, SlackFailure } from './slack/api.ts';
import { type Button, needsForm } from './slack/ask-card.ts';
import { filledIn, wrong } from './slack/fields.ts';
import { formOf } from './slack/form.ts';
import { fromJson } from './slack/json.ts';
import { section } from './slack/message.ts';
import { data } from './slack/mrkdwn.ts';
import type { Reply } from './slack/reply.ts';
import type { SlackRequest } from './slack/request.ts';
import { type Starter, startSays } from './starter.ts';

export interface HandlerOptions {
  readonly roster: Roster;
  readonly desk: Desk;
  readonly runs: () => Runs;
  /** A run as it was last seen, so that a form opens before its trigger expires. */
  readonly view: (run: string) => Promise<RunView>;
  readonly slack: SlackCall;
  readonly reply: Reply;
  readonly starter: Starter;
  readonly refuse: (why: string, body: string) => void;
}

type Of<K extends SlackRequest['kind']> = Extract<SlackRequest, { kind: K }>;
interface Choosing {
  readonly view: RunView;
  readonly ask: AskView;
  readonly choice: Choice;
}

const text = z.string().min(1).max(300);
const button = z.object({ run: text, ask: text, choice: text, rests: text, form: z.boolean() });

/** What people do in Slack, each under the name that the roster gives them. Answers at once; the work comes afterwards. */
export class Handler {
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  async handle(request: SlackRequest): Promise<Ack> {
    const by = personOf(this.options.roster, request.user);
    if (by === undefined) return this.stranger(request);
    switch (request.kind) {
      case 'command':
        return this.command(request, by);
      case 'click':
        return this.click(request, by);
      case 'submission':
        return this.submission(request, by);
    }
  }

  private stranger(request: SlackRequest): Ack {
    const words = `You (${request.user}) are not in the roster, so nothing was done.`;
    this.options.refuse('not-in-roster', JSON.stringify(request));
    if (request.kind === 'command') return { body: { response_type: 'ephemeral', text: words } };
    if (request.kind === 'submission') return wrong({ reason: words });
    return { work: () => this.options.reply(request, [section(words)]) };
  }

  private command(request: Of<'command'>, by: Person): Ack {
    const found = commandOf(request.text);
    if (!found)
      return { body: { response_type: 'ephemeral', text: 'There is no such command.', blocks: help() } };
    const tell = (words: string) => this.options.reply(request, [section(words)]);
    return {
      work: async () => {
        try {
          const comes = await found.command.run(found.typed, this.options.runs(), by);
          await this.follow(comes, request, by);
        } catch (failure) {
          const words = inWords(failure);
          await tell(words ?? 'That went wrong; who runs Muster here finds it in the log.');
          if (words === undefined) throw failure;
        }
      },
    };
  }

  private async follow(comes: Comes, request: Of<'command'>, by: Person): Promise<void> {
    if ('show' in comes) return this.options.reply(request, comes.show);
    if ('start' in comes) return this.options.starter.ask(comes.start, comes.reason, request);
    const { desk } = this.options;
    if ('propose' in comes) {
      const { to, title, reason } = comes;
      const decision = { by, channel: 'chat', reason, propose: [comes.propose] } as const;
      return this.accepted(desk.order(request.user, to.run, title, decision, request.trigger), request);
    }
    const { view, ask } = comes.choose;
    const choice = ask.ask.choices.find(({ name }) => name === comes.choice)!;
    const asksMore = bringsAnswers(choice) && Object.keys(ask.ask.answers).length > 0;
    if (asksMore || (comes.reason === '' && needsForm(choice, ask)))
      return this.open({ view, ask, choice }, request, comes.reason);
    const says = { run: view.run, ask: ask.try, choice: choice.name, rests: ask.rests };
    return this.accepted(this.order(request, by, says, { reason: comes.reason, answers: {} }), request);
  }

  private async click(request: Of<'click'>, by: Person): Promise<Ack> {
    const says = buttonOf(request.value);
    if (!says) return this.malformed(request);
    if (says.form) return { work: () => this.openFor(says, request) };
    // Who takes over anew says so anew.
    const once = says.choice === 'begin' ? request.trigger : '';
    const order = this.order(request, by, says, { reason: '', answers: {}, once });
    await this.options.desk.accept(order);
    return { work: () => this.send(order, request) };
  }

  private async submission(request: Of<'submission'>, by: Person): Promise<Ack> {
    const start = startSays(request.metadata);
    if (start) return this.options.starter.submitted(request, by, start);
    const says = buttonOf(request.metadata);
    if (!says) return this.malformed(request);
    const filled = filledIn(request.fields);
    if ('wrong' in filled) return wrong(filled.wrong);
    const order = this.order(request, by, says, filled);
    await this.options.desk.accept(order);
    return { work: () => this.send(order, request) };
  }

  private order(
    { user }: SlackRequest,
    by: Person,
    { run, ask, choice, rests }: Omit<Button, 'form'>,
    { once = '', ...said }: { readonly reason: string; readonly answers: Answers; readonly once?: string },
  ): Order {
    const title = `${choice} ${ask.split(/[/#?]/)[0] ?? ask}`;
    const decision = { by, channel: 'chat', ...said, ask, choice, rests } as const;
    return this.options.desk.order(user, run, title, decision, once);
  }

  private async accepted(order: Order, request: SlackRequest): Promise<void> {
    await this.options.desk.accept(order);
    await this.send(order, request);
  }

  private async send(order: Order, request: SlackRequest): Promise<void> {
    const outcome = await this.options.desk.send(order);
    await this.options.reply(request, [section(outcomeWords(order, outcome))]);
  }

  private async openFor(says: Button, request: Of<'click'>): Promise<void> {
    const view = await this.options.view(says.run);
    const ask = view.asks.find((open) => open.try === says.ask && open.rests === says.rests);
    const choice = ask?.ask.choices.find(({ name }) => name === says.choice);
    if (ask && choice) return this.open({ view, ask, choice }, request);
    await this.options.reply(request, [section('That is not asked any more.')]);
  }

  private async open({ view, ask, choice }: Choosing, request: SlackRequest, reason = ''): Promise<void> {
    try {
      const form = formOf(view, ask, choice, reason);
      await this.options.slack('views.open', { trigger_id: request.trigger, view: form });
    } catch (failure) {
      if (!(failure instanceof SlackFailure)) throw failure;
      const name = data(askName(ask, view.asks));
      const words = `Slack did not open the form (${data(failure.message)}). Nothing was decided; try again, or type \`/muster ${choice.name} ${name}: REASON\`.`;
      await this.options.reply(request, [section(words)]);
    }
  }

  private malformed(request: SlackRequest): Ack {
    this.options.refuse('malformed', JSON.stringify(request));
    return {};
  }
}

const buttonOf = (value: string): Button | undefined => button.safeParse(fromJson(value)).data;

function inWords(failure: unknown): string | undefined {
  if (failure instanceof CliFailure) {
    const hint = (failure.hint ?? '').split('\n').map((line) => data(line));
    return [data(failure.message), ...hint].filter(Boolean).join('\n');
  }
  const told = failure instanceof CommandFailure || failure instanceof ClientFailure;
  return told ? data(failure.message, 600) : undefined;
}
