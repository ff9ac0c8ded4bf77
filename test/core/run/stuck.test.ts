import { expect, it } from '@jest/globals';
import { viewOf } from '../../../core/run/view-of.ts';
import { doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const hour = { objectives: { rto: 3_600_000 } };
const restore = doStep('restore', { touches: 'data', rerun: 'once' });
const plan = makePlan([
  makeNode('db', { ...hour, steps: [restore] }),
  makeNode('files', { ...hour, steps: [restore] }),
  makeGate('go', { needs: ['files'] }),
  makeNode('api', { ...hour, needs: ['db'] }),
  makeNode('web', { ...hour, needs: ['api', 'go'] }),
  makeNode('mail', { ...hour, wants: ['db'] }),
]);

/** How each system stands with its RTO. */
const standings = ({ state }: Simulation): Record<string, string | undefined> =>
  Object.fromEntries(
    viewOf(state, state.now).nodes.flatMap(({ id, rto }) => (rto ? [[id, rto.standing]] : [])),
  );
const onTrack = { db: 'on-track', files: 'on-track', api: 'on-track', web: 'on-track', mail: 'on-track' };
const answer = (run: Simulation, name: string) => run.answer(run.asks[0]!, name);

it('what has failed, and all that needs it, is not on track however much time is left', () => {
  const run = new Simulation(plan);
  expect(standings(run)).toEqual(onTrack);
  run.end('db/1/recover/restore#1', 'failed');
  expect(standings(run)).toEqual({ ...onTrack, db: 'at-risk', api: 'at-risk', web: 'at-risk' });
  answer(run, 'retry');
  expect(standings(run)).toEqual(onTrack);
  run.end('db/1/recover/restore#2', 'failed');
  answer(run, 'leave-out');
  expect(standings(run)).toMatchObject({ db: 'at-risk', api: 'at-risk', web: 'at-risk', files: 'on-track' });
});

it('nor is what stands behind a gate that is shut', () => {
  const run = new Simulation(plan);
  run.end('db/1/recover/restore#1');
  run.end('files/1/recover/restore#1');
  run.answer('go/1/gate/decide#1', 'reject');
  expect(standings(run)).toMatchObject({ files: 'met', web: 'at-risk' });
});
