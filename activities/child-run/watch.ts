import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { type ActionContext, ActionFailure } from '../../actions/action.ts';
import { messages } from '../../contract/names.ts';
import type { Instant, Milliseconds } from '../../core/units.ts';
import type { Progress } from '../../core/progress.ts';
import type { RunView } from '../../core/view.ts';
import type { Sign } from '../order.ts';
import type { Child } from './child.ts';
import { find, type Found } from './find.ts';
import { hasRecovered } from './result-of.ts';
import { howItIs } from './words.ts';

const lookEvery: Milliseconds = 1_000;
const answersWithin: Milliseconds = 10_000;

/**
 * Observes a run until nothing of it is waited for any more: its end, or, live, until all that it is for is there, because its
 * clean-up is a decision that may take days.
 * @throws ActionFailure where it ended in another way than a run ends by itself.
 */
export async function whenOver(
  client: Client,
  child: Child,
  first: Found,
  context: ActionContext,
): Promise<RunView> {
  const same = { ...child, run: first.run };
  for (let found: Found | undefined = first; ; found = await find(client, same)) {
    if (!found) throw lost(first);
    if (!found.open && found.status !== 'COMPLETED') throw await ended(client, found);
    const view = await viewOf(client, found);
    const below = view && child.plan.children && (await askedBelow(client, found));
    context.progress(view ? howItIs(view, below) : { doing: `the run ${found.run} does not answer` });
    if (view && (!found.open || (view.mode === 'live' && hasRecovered(view)))) return view;
    await sleep(lookEvery, undefined, { signal: context.signal });
  }
}

/** Undefined where it does not answer: it goes on even so, and is asked again. */
async function viewOf(client: Client, { run, workflowId, runId }: Found): Promise<RunView | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  return client
    .withDeadline(Date.now() + answersWithin, () =>
      handle.query<RunView, [Instant]>(messages.view, Date.now()),
    )
    .then((view) => (view.run === run ? view : undefined))
    .catch(() => undefined);
}

/** What the runs ask that it waits for itself, as their hosts last told. */
async function askedBelow(client: Client, { workflowId, runId }: Found): Promise<Progress['asks']> {
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  for (const { heartbeatDetails } of raw.pendingActivities ?? []) {
    const told = await decodeArrayFromPayloads(
      client.options.loadedDataConverter,
      heartbeatDetails?.payloads,
    );
    const { progress } = (told[0] ?? {}) as Partial<Sign>;
    if (progress?.asks) return progress.asks;
  }
  return undefined;
}

const lost = ({ run }: Found): ActionFailure =>
  new ActionFailure(
    `the run ${run} was there, and Temporal knows nothing of it any more. Look at its step directories: muster steps`,
    { kind: 'unknown' },
  );

/** A run that was refused at its beginning has done nothing; what was terminated may have left anything. */
async function ended(client: Client, { run, workflowId, runId, status }: Found): Promise<ActionFailure> {
  const why = await client.workflow
    .getHandle(workflowId, runId)
    .result()
    .then(() => '', (error: unknown) => (error instanceof WorkflowFailedError ? (error.cause?.message ?? '') : String(error))); // prettier-ignore
  const words = `the run ${run} ended as ${status.toLowerCase().replace('_', ' ')}${why === '' ? '' : `: ${why}`}`;
  return new ActionFailure(
    `${words}. What it had under way may still run: muster steps shows it. Look before you try again`,
    { kind: 'unknown' },
  );
}
