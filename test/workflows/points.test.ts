import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Action, ActionFailure } from '../../actions/action.ts';
import type { Plan } from '../../core/plan.ts';
import { makeNode, makePlan, doStep } from '../core/run/make-plan.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();

/** Lists what a test puts there; a repository that is locked cannot be read. */
const action: Action = {
  description: {
    ...{ name: 'unpack', summary: 'Unpacks.', outputs: {}, findings: {}, provesByItself: false },
    input: z.strictObject({ repository: z.string(), snapshot: z.string().optional() }),
    ...{ touches: 'data', rerun: 'once', points: { id: 'snapshot' } },
  },
  run: () => Promise.reject(new Error('nothing is restored here')),
  list: ({ repository, snapshot }: { repository: string; snapshot?: string }) =>
    repository === '/locked'
      ? Promise.reject(new ActionFailure('the repository is locked'))
      : Promise.resolve(
          [1, 3, 2].map((time) => ({
            id: `${snapshot ?? repository}-${time}`,
            time,
            kind: 'full',
            copy: repository,
          })),
        ),
} as Action;

function planWith(repositories: Readonly<Record<string, string>>): Plan {
  return makePlan(
    Object.entries(repositories).map(([name, repository]) =>
      makeNode(name, {
        steps: [
          doStep('restore', {
            do: {
              action: 'unpack',
              with: { repository, snapshot: 'latest' },
              site: 'target',
              points: { id: 'snapshot' },
            },
          }),
        ],
      }),
    ),
  );
}

describe('recovery points', () => {
  it('are listed where the steps run, the newest first; one list that cannot be had spoils no other', async () => {
    const taskQueue = temporal.taskQueue();
    const loadAction = async (name: string) => Promise.resolve(name === 'unpack' ? action : undefined);
    await withWorker({ address: temporal.address, taskQueue, loadAction }, async ({ runs }) => {
      const plan = planWith({ db: '/db', files: '/locked' });
      const listed = await runs.points({ plan, by: 'ada', channel: 'cli' });
      expect([...listed].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
        {
          path: 'db/1/recover/restore',
          points: [3, 2, 1].map((time) => expect.objectContaining({ id: `/db-${time}`, time })),
        },
        { path: 'files/1/recover/restore', trouble: 'the repository is locked' },
      ]);
    });
  });

  it('that nobody can list in this way leave the plan possible, and say why', async () => {
    const taskQueue = temporal.taskQueue();
    const loadAction = () => Promise.reject(new Error('the disk of the worker is broken'));
    await withWorker({ address: temporal.address, taskQueue, loadAction }, async ({ runs }) => {
      const listed = await runs.points({ plan: planWith({ db: '/db' }), by: 'ada', channel: 'cli' });
      expect(listed).toEqual([
        {
          path: 'db/1/recover/restore',
          trouble: 'it could not be looked at: the disk of the worker is broken',
        },
      ]);
    });
  });

  it('of a plan that restores nothing are none, and nobody is asked', async () => {
    await withWorker({ address: temporal.address, taskQueue: 'nobody' }, async ({ runs }) => {
      expect(await runs.points({ plan: makePlan([makeNode('db')]), by: 'ada', channel: 'cli' })).toEqual([]);
    });
  });
});
