import { describe, expect, it, jest } from '@jest/globals';
import { greeting } from '../../worker/greeting.ts';
import { WorkerLog } from '../../worker/worker-log.ts';
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

  it('is what it greets with', () => {
    const at = { home: '/var/lib/muster', namespace: 'dr', address: 'temporal:7233' };
    expect(greeting({ ...identity({ MUSTER_WORKER_LABELS: 'west,disks' }), ...at })).toBe(
      'The worker db1 asks Temporal at temporal:7233, namespace dr.\n' +
        'Labels: west, disks. Runs: all. State directory: /var/lib/muster.',
    );
  });

  it('warns of everything but what is meant to be so', () => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const log = new WorkerLog();
      log.warn('No workflows registered, not polling for workflow tasks');
      expect(written).not.toHaveBeenCalled();
      log.warn('something else');
      expect(written).toHaveBeenCalledTimes(1);
    } finally {
      written.mockRestore();
    }
  });

  it('is refused where it cannot be meant', () => {
    expect(() => identity({ MUSTER_WORKER_LABELS: 'West' })).toThrow('"West" is no label');
    expect(() => identity({ MUSTER_WORKER_MODES: 'night' })).toThrow('"night" is none of live, rehearsal');
    expect(() => identity({ MUSTER_WORKER_MODES: 'rehearsal' })).toThrow('MUSTER_WORKER_LABELS names none');
  });
});
