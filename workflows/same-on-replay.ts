import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowInterceptors, WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { endedHeader, unsettled } from '../contract/unsettled.ts';

type Activate = NonNullable<WorkflowInternalsInterceptor['activate']>;
type Conclude = NonNullable<WorkflowInternalsInterceptor['concludeActivation']>;
type Activation = Parameters<Activate>[0]['activation'];
type Command = ReturnType<Conclude>['commands'][number];
type Job = NonNullable<Activation['jobs']>[number];

/**
 * What a workflow knows follows from its history alone, whichever worker looked at it when: it is not gone on with after
 * a question that showed it a workflow task which may never be finished, and a task in which something
 * happened leaves a command, so that no replay takes it together with the next. docs/decisions/replays.md says why.
 */
export const interceptors = (): WorkflowInterceptors => ({ internals: [new SameOnReplay()] });

class SameOnReplay implements WorkflowInternalsInterceptor {
  private settled = false;
  /** How long the history was at the first work after a replay. That this work was kept, only a longer one shows. */
  private ahead: number | undefined;
  private happens = false;

  readonly activate: Activate = (input, next) => {
    const jobs = input.activation.jobs ?? [];
    if (jobs.some(isAlone)) this.answer(jobs);
    else this.work(jobs, input.activation);
    next(input);
  };

  readonly concludeActivation: Conclude = (input, next) => {
    const { commands } = next(input);
    const isSilent = this.happens && commands.every(leavesNothing);
    this.happens = false;
    return { commands: isSilent ? [...commands, trace] : commands };
  };

  private answer(jobs: readonly Job[]): void {
    if (!this.settled && this.ahead !== undefined && !jobs.some(isOfEnded))
      throw ApplicationFailure.nonRetryable(unsettled);
    this.settled = true;
  }

  private work(jobs: readonly Job[], { isReplaying, historyLength }: Activation): void {
    this.happens ||= jobs.some(happening);
    if (isReplaying) return;
    const length = historyLength ?? 0;
    // A task that begins a run has nothing before it that could be replayed.
    this.settled ||= jobs.some((job) => job.initializeWorkflow) || (this.ahead ?? length) < length;
    this.ahead ??= length;
  }
}

/** A query that comes by itself: its history reaches to this moment, whatever becomes of the task that works on it. */
const isAlone = ({ queryWorkflow }: Job): boolean => queryWorkflow?.queryId === 'legacy_query';

const isOfEnded = ({ queryWorkflow }: Job): boolean => queryWorkflow?.headers?.[endedHeader] !== undefined;

/** An Update that is accepted leaves commands of its own, and one that is refused nothing at all. */
const happening = (job: Job): boolean =>
  !job.queryWorkflow && !job.doUpdate && !job.removeFromCache && !job.notifyHasPatch && !job.updateRandomSeed;

const leavesNothing = ({ updateResponse }: Command): boolean => Boolean(updateResponse?.rejected);

/** The smallest command that needs nothing else: it takes away an entry of the memo that is not there. */
const trace = {
  modifyWorkflowProperties: { upsertedMemo: { fields: { trace: defaultPayloadConverter.toPayload(null) } } },
};
