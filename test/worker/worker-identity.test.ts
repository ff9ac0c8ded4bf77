import { describe, expect, it } from '@jest/globals';
import { workerIdentity } from '../../worker/worker-identity.ts';

const identity = (env: Readonly<Record<string, string>>) => workerIdentity(env, 'db1');

describe('what a worker is', () => {
  it('is named after its machine, has no label and takes all runs unless somebody says otherwise', () => {
    expect(identity({})).toEqual({ hostName: 'db1', labels: [] });
    expect(
      identity({
        MUSTER_WORKER_NAME: 'west-1',
        MUSTER_WORKER_LABELS: 'west, big-disks',
        MUSTER_WORKER_MODES: 'rehearsal',
      }),
    ).toEqual({ hostName: 'west-1', labels: ['west', 'big-disks'], modes: ['rehearsal'] });
  });

  it('is refused where it cannot be meant', () => {
    expect(() => identity({ MUSTER_WORKER_LABELS: 'West' })).toThrow('"West" is no label');
    expect(() => identity({ MUSTER_WORKER_MODES: 'night' })).toThrow('"night" is none of live, rehearsal');
    expect(() => identity({ MUSTER_WORKER_MODES: 'rehearsal' })).toThrow('MUSTER_WORKER_LABELS names none');
  });
});
