import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ClientFailure } from '../../client/failure.ts';
import { pinPlan } from '../../client/pin-plan.ts';
import type { Runs, StartRequest } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import { canonical } from '../../core/canonical.ts';
import type { Person } from '../../core/names.ts';
import { printable } from '../../core/printable.ts';
import type { Digest } from '../../core/units.ts';
import type { Journal } from '../../record/journal.ts';
import { CommandFailure } from './command-failure.ts';
import type { Ack } from './front.ts';
import type { Offers, Wanted } from './offers.ts';
import { type SlackCall, SlackFailure } from './slack/api.ts';
import { filledIn, reasonBlock, wrong } from './slack/fields.ts';
import { fromJson } from './slack/json.ts';
import { section } from './slack/message.ts';
import type { Reply } from './slack/reply.ts';
import type { SlackRequest, SlackUser } from './slack/request.ts';
import { startForm, type StartSays } from './slack/start-form.ts';
import { type StartOutcome, startWords } from './start-words.ts';

type Submission = Extract<SlackRequest, { kind: 'submission' }>;
type People = Required<Pick<StartRequest, 'roster'>> & Pick<StartRequest, 'rosterSignature'>;

/** A start that somebody wants, as it is journalled; the same submission has the same id. */
export interface StartOrder extends Wanted {
  readonly id: string;
  readonly user: SlackUser;
  readonly by: Person;
  readonly reason: string;
  /** Of the text that was shown. */
  readonly runbook: Digest;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface StarterOptions {
  readonly offers: Offers;
  /** Who decides in what is started. */
  readonly people: People;
  readonly runs: () => Runs;
  /** Vouches for who starts. */
  readonly sign?: Sign;
  readonly journal: Journal;
  readonly slack: SlackCall;
  readonly reply: Reply;
  readonly refuse: (why: string, body: string) => void;
  /** Starts that were accepted lately: none of them is accepted again. */
  readonly accepted: ReadonlySet<string>;
  /** A run was started. */
  readonly onChange: () => void;
}

const says = z.object({
  start: z.enum(['live', 'rehearsal']),
  name: z.string().max(300),
  runbook: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** What a form said of a start; undefined where it is another form. */
export const startSays = (metadata: string): StartSays | undefined =>
  says.safeParse(fromJson(metadata)).data as StartSays | undefined;

/** Starts runs from the chat: a form shows what would be touched, then it is written down, then started. */
export class Starter {
  private readonly options: StarterOptions;
  private readonly accepted: Set<string>;

  constructor(options: StarterOptions) {
    this.options = options;
    this.accepted = new Set(options.accepted);
  }

  /** Opens the form. @throws CommandFailure where nothing can be started, with the reason. */
  async ask(wanted: Wanted, reason: string, { trigger }: SlackRequest): Promise<void> {
    const { offers, people, slack } = this.options;
    const view = startForm(await offers.read(wanted), people.roster, reason);
    await slack('views.open', { trigger_id: trigger, view }).catch((cause: unknown) => {
      if (!(cause instanceof SlackFailure)) throw cause;
      const words = `Slack did not open the form (${cause.message}). Nothing was started; try again.`;
      throw new CommandFailure(words, { cause });
    });
  }

  /** Writes down what was sent with the form; it is started afterwards. */
  async submitted(request: Submission, by: Person, meant: StartSays): Promise<Ack> {
    const filled = filledIn(request.fields);
    if ('wrong' in filled) return wrong(filled.wrong);
    if (filled.reason === '') return wrong({ [reasonBlock]: 'Say why.' });
    const { reason, answers } = filled;
    const parameters = Object.fromEntries(
      Object.entries(answers).map(([key, value]) => [key, String(value)]),
    );
    const { user, trigger } = request;
    const wanted = { mode: meant.start, name: meant.name, runbook: meant.runbook };
    const order = { user, by, ...wanted, reason, parameters };
    const id = `start-${createHash('sha256')
      .update(canonical({ ...order, trigger }))
      .digest('hex')}`;
    if (this.accepted.has(id)) {
      this.options.refuse('replayed', JSON.stringify(request));
      return {};
    }
    this.accepted.add(id);
    await this.options.journal
      .append({ type: 'start', at: Date.now(), id, ...order })
      .catch((failure: unknown) => {
        // Slack sends again what was not acknowledged, and that must not be taken for a replay.
        this.accepted.delete(id);
        throw failure;
      });
    return { work: () => this.started({ id, ...order }, request) };
  }

  /** Tells of what a process died over: a rehearsal that began must not begin twice, so it is not tried again. */
  async left(order: StartOrder): Promise<void> {
    await this.told(order, { so: 'uncertain', why: 'this program ended over it' }, order);
  }

  private async started(order: StartOrder, request: Submission): Promise<void> {
    await this.told(order, await this.outcomeOf(order), request);
    this.options.onChange();
  }

  private async told(order: StartOrder, outcome: StartOutcome, to: Parameters<Reply>[0]): Promise<void> {
    await this.options.journal.append({ type: 'start-outcome', at: Date.now(), id: order.id, ...outcome });
    await this.options.reply(to, [section(startWords(order, outcome))]);
  }

  private async outcomeOf(order: StartOrder): Promise<StartOutcome> {
    const { offers, people, runs, sign } = this.options;
    try {
      const offered = await offers.read(order);
      if (offered.source.digest !== order.runbook)
        throw new CommandFailure('The runbook has changed since it was shown. Look at it again.');
      const { by, reason } = order;
      const open = { plan: offers.plan(offered, order.parameters), ...people, by, channel: 'chat' } as const;
      const plan = await pinPlan(runs, open, sign);
      const { run, already } = await runs().start({ plan, ...people, by, channel: 'chat', reason }, sign);
      return { so: already ? 'under-way' : 'started', run };
    } catch (failure) {
      const why = printable(failure instanceof Error ? failure.message : String(failure));
      return { so: isSure(failure) ? 'refused' : 'uncertain', why };
    }
  }
}

/** It was certainly not started. */
const isSure = (failure: unknown): boolean =>
  failure instanceof CommandFailure ||
  (failure instanceof ClientFailure && failure.code !== 'unreachable' && failure.code !== 'no-worker');
