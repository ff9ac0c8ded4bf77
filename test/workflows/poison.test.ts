import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { messages, workflowTypes } from '../../contract/names.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const nonsense = [
  null,
  7,
  'x',
  {},
  [],
  { holder: 1 },
  { holder: { run: 'r' }, claims: 1 },
  { holder: { run: 'r' }, claims: [null] },
  { run: 7 },
];

describe('the keeper of claims', () => {
  it('refuses what is no request, and goes on', async () => {
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ client, taskQueue }) => {
      const workflowId = `keeper-${randomBytes(4).toString('hex')}`;
      const keeper = await client.workflow.start(workflowTypes.claimKeeper, {
        workflowId,
        taskQueue,
        args: [],
      });
      for (const name of [messages.claim, messages.release, messages.breakClaim]) {
        for (const one of nonsense.filter((sent) => name !== messages.release || typeof sent !== 'string')) {
          const sent = keeper.executeUpdate(name, { args: [one] }).catch((error: unknown) => error);
          expect([name, one, await sent]).toEqual([name, one, expect.any(Error)]);
        }
      }
      const holder = { run: 'r', workflowId: 'recover/r', runbook: 'r', mode: 'live', by: 'ada' };
      const claims = [{ system: 'db', site: 'b' }];
      expect(await keeper.executeUpdate(messages.claim, { args: [{ holder, claims }] })).toEqual({
        granted: true,
      });
      expect(await keeper.query(messages.claims)).toEqual([{ ...claims[0], holder }]);
      await keeper.terminate();
    });
  }, 60_000);
});
