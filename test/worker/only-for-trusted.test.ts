import { describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { PerformInput } from '../../contract/perform.ts';
import { onlyForTrusted } from '../../worker/only-for-trusted.ts';

/** What was really done; who asks is trusted for the run `good` alone. */
function guarded() {
  const done: string[] = [];
  const activities = onlyForTrusted(
    {
      perform: ({ run }) => {
        done.push(`perform ${run}`);
        return Promise.resolve({ outcome: 'passed', outputs: {}, found: {} });
      },
      stop: ({ run }) => Promise.resolve(void done.push(`stop ${run}`)),
      save: ({ run }) => Promise.resolve(void done.push(`save ${run}`)),
    },
    (_execution, { run }) => Promise.resolve(run === 'good' ? undefined : 'it is not trusted'),
  );
  const ask = <Input, Answer>(activity: (input: Input) => Promise<Answer>, input: object) =>
    new MockActivityEnvironment({ workflowExecution: { workflowId: 'w', runId: 'r' } }).run(
      activity as (input: object) => Promise<Answer>,
      input,
    );
  return { done, activities, ask };
}

describe('a worker that trusts only some', () => {
  it('does for a trusted run what its workflow asks', async () => {
    const { done, activities, ask } = guarded();
    await ask(activities.perform, { run: 'good' } as PerformInput);
    await ask(activities.stop, { run: 'good', try: 'a#1', grace: 0 });
    await ask(activities.save, { run: 'good', events: [] });
    expect(done).toEqual(['perform good', 'stop good', 'save good']);
  });

  it('starts and ends nothing for another, and keeps what it says apart', async () => {
    const { done, activities, ask } = guarded();
    expect(await ask(activities.perform, { run: 'evil' } as PerformInput)).toMatchObject({
      outcome: 'failed',
      found: { message: 'it was not started, nothing was run: it is not trusted' },
    });
    await ask(activities.stop, { run: 'evil', try: 'a#1', grace: 0 });
    await ask(activities.save, { run: 'evil', events: [] });
    expect(done).toEqual(['save untrusted.evil']);
  });
});
