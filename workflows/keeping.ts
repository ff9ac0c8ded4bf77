import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ClaimAnswer, ClaimRequest } from '../contract/claims.ts';
import { activityTypes, labelQueue } from '../contract/names.ts';
import type { BindInput } from '../contract/hosts.ts';
import type { Handed } from '../contract/courier.ts';
import type { RecoveryInput, SaveInput } from '../contract/recovery.ts';
import type { Host } from '../core/change.ts';
import type { Notice } from '../core/notice.ts';
import type { Event, EventBody } from '../core/event.ts';
import type { Unplaced } from '../core/run/due.ts';
import type { State } from '../core/run/state.ts';
import type { EventsLog } from './events-log.ts';
import type { Patience } from './patience.ts';

interface KeepingActivities {
  [activityTypes.bind](input: BindInput): Promise<Host | string>;
  [activityTypes.claim](request: ClaimRequest): Promise<ClaimAnswer>;
  [activityTypes.release](run: string): Promise<void>;
  [activityTypes.save](input: SaveInput): Promise<void>;
  [activityTypes.tell](handed: readonly Handed[]): Promise<void>;
}

/** Events are handed to the record in pieces of this many characters: the server refuses 2 MB. */
const savedAtOnce = 1_000_000;

/** What a run does for itself: it is bound to a host, holds its claims, and saves what happened. */
export class Keeping {
  private readonly input: RecoveryInput;
  private readonly report: (body: EventBody) => void;
  private busy: 'take' | 'give' | 'bind' | undefined;
  private telling = false;
  private readonly placing = new Set<string>();
  private readonly patience: Patience;

  constructor(input: RecoveryInput, report: (body: EventBody) => void, patience: Patience) {
    this.input = input;
    this.report = report;
    this.patience = patience;
  }

  bind(s: State): void {
    if (this.busy) return;
    this.busy = 'bind';
    void (async () => {
      const host = await this.patience.find(undefined, () => bindInput(s));
      this.done({ type: 'bound', node: 'run', host });
    })();
  }

  /** Finds a worker host for nodes that have none; while there is none, the run knows. */
  place(s: State, { label, key, nodes }: Unplaced): void {
    if (this.placing.has(key)) return;
    this.placing.add(key);
    void (async () => {
      const host = await this.patience.find(
        labelQueue(label),
        () => bindInput(s),
        (since, why) => {
          for (const node of nodes)
            this.report({ type: 'unheard', node, since, ...(why !== undefined && { why }) });
        },
      );
      this.placing.delete(key);
      this.report({ type: 'bound', node: nodes[0]!, host });
    })();
  }

  claim(s: State, what: 'take' | 'give'): void {
    if (this.busy) return;
    this.busy = what;
    void (what === 'take' ? this.take(s) : this.give(s));
  }

  /** Hands notices over to the courier, who goes on with them when this run has long ended. */
  tell(host: Host, notices: readonly Notice[]): void {
    if (this.telling) return;
    this.telling = true;
    const { workflowId, runId } = workflowInfo();
    const origin = { workflowId, runId, taskQueue: host.taskQueue };
    void (async () => {
      await this.activities(host)[activityTypes.tell](notices.map((notice) => ({ notice, origin })));
      this.telling = false;
      this.report({ type: 'told', notices: notices.map(({ id }) => id) });
    })();
  }

  /** Saves all events that are not in the record yet, with the plan the first time. */
  async save(s: State, log: EventsLog): Promise<void> {
    const activities = this.activities(s.host);
    for (const piece of pieces(log.unsaved)) {
      const plan = piece[0]?.seq === 1 ? { plan: s.plan } : {};
      await activities[activityTypes.save]({ run: s.run, events: piece, ...plan });
      log.markSaved(piece.at(-1)?.seq ?? 0);
    }
  }

  private async take(s: State): Promise<void> {
    const activities = this.activities(s.host);
    const holder = {
      run: s.run,
      workflowId: workflowInfo().workflowId,
      runbook: s.plan.runbook.name,
      mode: s.plan.mode,
      by: this.input.by,
    };
    const answer = await activities[activityTypes.claim]({ holder, claims: s.plan.claims });
    if (answer.granted) this.done({ type: 'claimed' });
    else {
      const { system, site } = answer.claim;
      this.done({
        type: 'refused',
        holder: `${system} at ${site} is held by ${answer.holder.run} (${answer.holder.by})`,
      });
    }
  }

  private async give(s: State): Promise<void> {
    const activities = this.activities(s.host);
    await activities[activityTypes.release](s.run);
    this.done({ type: 'released' });
  }

  private done(body: EventBody): void {
    this.busy = undefined;
    this.report(body);
  }

  private activities(host?: Host): KeepingActivities {
    return proxyActivities<KeepingActivities>({
      startToCloseTimeout: '1 minute',
      retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
      ...(host && { taskQueue: host.taskQueue }),
    });
  }
}

const bindInput = ({ plan, goneHosts = [] }: State): BindInput => ({ mode: plan.mode, not: goneHosts });

function pieces(events: readonly Event[]): Event[][] {
  const all: Event[][] = [];
  let left = 0;
  for (const event of events) {
    const length = JSON.stringify(event).length;
    if (length > left) {
      all.push([]);
      left = savedAtOnce;
    }
    all.at(-1)?.push(event);
    left -= length;
  }
  return all;
}
