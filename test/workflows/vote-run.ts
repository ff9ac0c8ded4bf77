import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

import { explain } from '../../client/explain.ts';
import { ClientFailure } from '../../client/failure.ts';
import { messages, workflowIdOf, workflowTypes } from '../../contract/names.ts';
import type { DecideInput, DecideResult, RecoveryInput } from '../../contract/recovery.ts';
import { startBytes } from '../../contract/start.ts';
import { canonical } from '../../core/canonical.ts';
import type { Change } from '../../core/change.ts';
import type { Decision } from '../../core/event.ts';
import type { Pair } from '../core/run/make-roster.ts';
import { gateStep, planOf, type VoteAct, type World } from '../core/run/votes.ts';
import type { Running } from './running.ts';
import { revocable, rosterOf, signerOf, stranger } from './vote-keys.ts';

type IHistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A decision that was sent and may leave a trace. */
export interface Sent {
  readonly decision: Decision;
  readonly pair: Pair;
  /** What its senders were answered since the last reset. */
  verdicts: string[];
  /** When it was sent and answered first, on a clock that counts. */
  readonly at: number;
  answeredAt: number;
}

export interface VoteRunOptions {
  readonly world: World;
  readonly continueAfter: number;
  /** How long an opening lasts, in milliseconds. */
  readonly lasts: number;
}

const ada = { by: 'ada', channel: 'cli', wrong: undefined } as const;

/** A run on a real server, whose gate `go` opens when the step `a` has ended; and all that is sent to it. */
export class VoteRun {
  readonly sent = new Map<string, Sent>();
  readonly options: VoteRunOptions;
  readonly run: string;
  private readonly running: Running;
  private readonly runbook: string;
  private readonly workflowId: string;
  private clock = 0;
  /** The gate as it was seen last. */
  private seen = { opening: 1, rests: 'sha256:none', at: 0 };

  constructor(options: VoteRunOptions, running: Running) {
    this.options = options;
    this.running = running;
    this.runbook = `votes-${randomBytes(5).toString('hex')}`;
    this.run = `${this.runbook}-20260101-000000-abcdef`;
    this.workflowId = workflowIdOf({ mode: 'live', runbook: this.runbook, id: this.run });
  }

  async start(): Promise<void> {
    const { run, runbook, workflowId, options } = this;
    const { client, taskQueue } = this.running;
    const made = planOf(options.world, ['a'], options.lasts);
    const unsigned: RecoveryInput = {
      ...{ run, by: 'ada', channel: 'cli', reason: 'test', host: { id: 'test', name: 'test', taskQueue } },
      plan: { ...made, runbook: { ...made.runbook, name: runbook } },
      roster: rosterOf(options.world),
      continueAfter: options.continueAfter,
    };
    const issued = Date.now();
    const signed = signerOf(ada).sign(startBytes('default', issued, unsigned));
    const input: RecoveryInput = { ...unsigned, signed: { ...signed, issued } };
    const memo = { run, runbook, mode: 'live' };
    await client.workflow.start(workflowTypes.recovery, { workflowId, taskQueue, args: [input], memo });
  }

  /** Votes on the gate as it was seen last. */
  async vote(act: VoteAct): Promise<void> {
    const { opening, rests } = this.seen;
    const decision = this.made(act, {
      ask: `${gateStep}#${opening + (act.wrong === 'opening' ? 1 : 0)}`,
      ...{ choice: act.choice, answers: {} },
      rests: act.wrong === 'rests' ? 'sha256:another' : rests,
    });
    const pair = signerOf(act);
    // Whom the roster does not know, nobody speaks for.
    if (!(act.by in this.options.world.roles)) return this.refused({ decision, pair });
    await this.send(decision, pair);
    if (act.again) await this.repeat([...this.sent.keys()].indexOf(decision.id));
  }

  retry = () => this.propose({ on: 'node', node: 'go', set: 'askAgain' });
  revoke = () => this.propose({ on: 'record', set: { revoke: revocable } });

  /** Sends the bytes once more, under another Update id: as who had written them down would. */
  async repeat(which: number): Promise<void> {
    const sent = [...this.sent.values()][which % this.sent.size];
    if (!sent) return;
    sent.verdicts.push((await this.update(sent)).verdict);
  }

  /** Sends what nobody signed, what was signed for something else, and to another run what was signed for this one. */
  async forge(other: VoteRun): Promise<void> {
    const one = [...this.sent.values()].at(-1);
    if (!one) return;
    const { decision, pair } = one;
    const right = pair.sign(canonical(decision));
    const aimed = { ...decision, id: randomUUID(), ask: 'stay/1/gate/decide#1' } as Decision;
    const turned = right.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    await this.refused({ decision, pair: { ...pair, sign: () => ({ ...right, signature: turned }) } });
    await this.refused({ decision: aimed, pair: { ...pair, sign: () => right } });
    await this.refused({ decision, pair: stranger });
    await other.refused(one);
  }

  /** Waits until the gate, as it was seen last, is about to close. */
  async untilDeadline(before: number): Promise<void> {
    await this.look();
    await sleep(Math.max(0, this.seen.at + this.options.lasts - before - Date.now()));
  }

  async look(): Promise<void> {
    const view = await this.running.runs.view(this.run);
    const ask = view.asks.find(({ about }) => about.node === 'go');
    if (ask) this.seen = { opening: Number(ask.try.split('#').at(-1)), rests: ask.rests, at: ask.openedAt };
  }

  /** Goes back to a moment of the Temporal run, from its beginning (0) to now (100). */
  async reset(to: number): Promise<void> {
    const completed = temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
    const { client } = this.running;
    let runId = '';
    let tasks: IHistoryEvent[] = [];
    // It may just have continued as new.
    for (; tasks.length === 0; await sleep(20)) {
      ({ runId } = await this.handle.describe());
      const { events } = await client.workflow.getHandle(this.workflowId, runId).fetchHistory();
      tasks = events!.filter(({ eventType }) => eventType === completed);
    }
    await client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: this.workflowId, runId },
      reason: 'test',
      workflowTaskFinishEventId: tasks[Math.floor((to / 100) * (tasks.length - 1))]!.eventId!,
      requestId: randomUUID(),
    });
    for (const sent of this.sent.values()) sent.verdicts = [];
  }

  get handle(): WorkflowHandle {
    return this.running.client.workflow.getHandle(this.workflowId);
  }

  async cancel(): Promise<void> {
    await this.propose({ on: 'run', set: 'cancel' });
    await this.handle.result();
  }

  private async propose(change: Change): Promise<void> {
    await this.send(this.made(ada, { propose: [change] }), signerOf(ada));
  }

  private made({ by, channel, wrong }: Pick<VoteAct, 'by' | 'channel' | 'wrong'>, what: object): Decision {
    const issued = Date.now() - (wrong === 'late' ? 120_000 : 0);
    const reason = wrong === 'reason' ? ' ' : 'because';
    const base = { version: 1, namespace: 'default', id: randomUUID(), run: this.run } as const;
    return { ...base, by, channel, reason, issued, expires: issued + 60_000, ...what } as Decision;
  }

  /** Sends it as the command line and the chat do. */
  private async send(decision: Decision, pair: Pair): Promise<void> {
    const sent: Sent = { decision, pair, verdicts: [], at: (this.clock += 1), answeredAt: Infinity };
    this.sent.set(decision.id, sent);
    const { verdict } = await this.running.runs.decide(this.run, decision, async (bytes) => pair.sign(bytes));
    sent.answeredAt = this.clock += 1;
    sent.verdicts.push(verdict);
  }

  private async refused(what: Pick<Sent, 'decision' | 'pair'>): Promise<void> {
    const said: unknown = await this.update(what).catch((error: unknown) => error);
    if (!(said instanceof ClientFailure) || said.code !== 'refused')
      throw new Error(`not refused: ${JSON.stringify(said)}`);
  }

  private async update({ decision, pair }: Pick<Sent, 'decision' | 'pair'>): Promise<DecideResult> {
    const bytes = canonical(decision);
    const args: [DecideInput] = [{ bytes, ...pair.sign(bytes) }];
    for (let left = 5; ; left -= 1) {
      try {
        return await this.handle.executeUpdate<DecideResult, [DecideInput]>(messages.decide, { args });
      } catch (error) {
        const said = explain(error);
        // It met a reset.
        if (left === 0 || !(said instanceof ClientFailure) || said.code === 'refused') throw said;
      }
    }
  }
}
