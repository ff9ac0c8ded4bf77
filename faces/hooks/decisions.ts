import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ClientFailure } from '../../client/failure.ts';
import { canonical } from '../../core/canonical.ts';
import type { Roster } from '../../core/roster.ts';
import type { Milliseconds } from '../../core/units.ts';
import type { Desk, Order, Outcome } from '../chatops/desk.ts';
import { fromJson } from '../chatops/slack/json.ts';
import type { Background } from '../http/background.ts';
import type { Sender } from './config.ts';
import { identity, kindOf, personOf } from './identity.ts';
import type { Ledger } from './ledger.ts';
import { refusal, reply, type Reply } from './reply.ts';

export interface DecisionsOptions {
  readonly roster: Roster;
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly background: Background;
  readonly refuse: (why: string, body: Buffer) => void;
  /** The service does not answer. */
  readonly onProblem: (problem: unknown) => void;
  /** After this long it is said that the outcome is not known yet; it goes on all the same. */
  readonly answerWithin: Milliseconds;
}

/** A message of a sender that is proved to be its own. */
export interface Message {
  readonly from: string;
  readonly sender: Sender;
  /** Its `webhook-id`. */
  readonly id: string;
  readonly body: Buffer;
}

const name = z.string().max(200).regex(/\S/, 'is empty');
const text = z.string().max(4_000);

/** Not the name of a runbook: that may mean another run by the time that a message is sent again. */
const runId = name.regex(/-\d{8}-\d{6}-[0-9a-f]{6}$/, 'is not the id of a run');

const decisionShape = z.strictObject({
  person: identity,
  run: runId,
  ask: name,
  choice: name,
  answers: z
    .record(name, z.union([text, z.number(), z.boolean(), z.null()]))
    .refine((answers) => Object.keys(answers).length <= 50, 'are more than 50')
    .default({}),
  reason: text.default(''),
  /** What was shown: the digest that came with the ask. */
  rests: name,
});

/** Decisions from other systems: written down, signed by this edge, sent on; the answer says what the run said. */
export class Decisions {
  private readonly options: DecisionsOptions;

  constructor(options: DecisionsOptions) {
    this.options = options;
  }

  async take(message: Message): Promise<Reply> {
    const order = this.orderOf(message);
    if ('status' in order) return order;
    const { desk, ledger } = this.options;
    if (!ledger.enter(order))
      return this.refused(message, 409, 'reused', 'This webhook-id was used for another decision.');
    const { id } = order.decision;
    if (!ledger.final(id)) await desk.accept(order);
    // It may have come twice at once: the other one may have been answered meanwhile.
    const known = ledger.final(id);
    return known ? replyOf(order, known) : this.sent(order);
  }

  /** Sends what is written down already. */
  async sent(order: Order): Promise<Reply> {
    const { desk, ledger, background, answerWithin, onProblem } = this.options;
    const outcome = desk.send(order).then((known) => {
      ledger.settle(order.decision.id, known);
      if (known.so === 'uncertain') onProblem(new ClientFailure('unreachable', known.why));
      return known;
    });
    background.do(async () => void (await outcome));
    const late = sleep(answerWithin, noAnswerYet, { ref: false });
    return replyOf(order, await Promise.race([outcome, late]));
  }

  private orderOf(message: Message): Order | Reply {
    const { from, sender, id, body } = message;
    const { data, error } = decisionShape.safeParse(fromJson(body.toString('utf8')));
    if (!data) return this.refused(message, 400, 'malformed', wrongs(error));
    const kind = kindOf(data.person);
    const stranger = `${from} does not authenticate people by ${kind}.`;
    if (!sender.authenticates.includes(kind))
      return this.refused(message, 403, 'not-authenticated', stranger);
    const by = personOf(this.options.roster, data.person);
    const nobody = 'The roster knows nobody by that, or more than one.';
    if (by === undefined) return this.refused(message, 403, 'not-in-roster', nobody);
    const { run, ask, choice, answers, reason, rests } = data;
    return {
      user: `${from}:${canonical(data.person)}`,
      run,
      title: `${choice} ${ask.split(/[/#?]/)[0] ?? ask}`,
      decision: { id: idOf(from, id), by, channel: 'webhook', reason, ask, choice, answers, rests },
    };
  }

  private refused(message: Message, status: number, why: string, words: string): Reply {
    this.options.refuse(why, message.body);
    return refusal(status, words);
  }
}

const wrongs = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; ');

/** The same message of the same sender is the same decision, whenever it comes again. */
const idOf = (from: string, id: string): string =>
  `hook-${createHash('sha256').update(`${from}\n${id}`).digest('hex')}`;

const noAnswerYet: Outcome = { so: 'uncertain', why: 'there is no answer yet' };

function replyOf({ decision: { id: decision } }: Order, outcome: Outcome): Reply {
  if (outcome.so === 'counted') return reply(200, { verdict: 'counted', decision });
  const { why } = outcome;
  if (outcome.so === 'uncertain') return reply(202, { verdict: 'unknown', why, again, decision });
  const { verdict } = outcome;
  return verdict ? reply(200, { verdict, why, decision }) : reply(422, { error: why, decision });
}

const again =
  'It is not known whether it was recorded. Send it again with the same webhook-id: it counts once.';
