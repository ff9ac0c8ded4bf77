import { generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { inputOf } from '../../activities/input-of.ts';
import { createTrust } from '../../activities/trust.ts';
import { workflowTypes } from '../../contract/names.ts';
import type { RecoveryInput } from '../../contract/recovery.ts';
import { rosterDigest } from '../../core/roster-digest.ts';
import { rosterText } from '../../core/roster.ts';
import { sha256 } from '../../record/sha256.ts';
import { makePair, makeRoster, member } from '../core/run/make-roster.ts';
import { useTemporal } from '../support/temporal.ts';
import {
  actor,
  asks,
  childBook,
  decide,
  hostOf,
  names,
  over,
  parentBook,
  planOf,
  untilThere,
} from './child-runs.ts';
import { type Running, withWorker } from './running.ts';

const temporal = useTemporal();
const [ada, stranger] = [makePair(), makePair()];
const made = makeRoster({ ada: member(['dba'], { keys: [ada.public] }) });
const roster = { ...made, digest: rosterDigest(made, sha256) };
const keeper = generateKeyPairSync('ed25519');
const vouching = {
  id: 'SHA256:keeper',
  ed25519: Buffer.from(keeper.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
};
const signature = signWith(null, Buffer.from(rosterText(roster.digest)), keeper.privateKey).toString('hex');
const people = { roster, rosterSignature: { keyId: vouching.id, signature } };
const sign = (bytes: string) => Promise.resolve(ada.sign(bytes));

/** What the run below was started with. */
async function childInput({ client, find }: Running, id: string): Promise<RecoveryInput> {
  const { handle, workflowId } = await find(id);
  return inputOf(client, { workflowId, runId: (await handle.describe()).runId });
}

describe('a run that another run with a roster has started', () => {
  it('rests on the signature of the first start, and nobody can begin another one by it', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all), { roster });
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
      const { client, runs, find, taskQueue } = running;
      const { run } = await runs.start({ plan, ...people, ...actor }, sign);
      const view = await untilThere(running, all.child, asks(1));
      const input = await childInput(running, all.child);
      const { proof, ...parent } = input.parent!;
      expect(proof).toMatchObject({ run, start: { plan: plan.digest, children: [input.plan.digest] } });

      const trust = createTrust(client, [vouching]);
      const { workflowId, handle } = await find(all.child);
      const asked = { run: input.run };
      expect(await trust({ workflowId, runId: (await handle.describe()).runId }, asked)).toBeUndefined();

      const other = planOf(parentBook({ ...all, parent: 'another' }), childBook(all, 'false'), { roster })
        .children!['shop/1/recover/run']!;
      const forged: readonly [RegExp, RecoveryInput][] = [
        [/does not speak of this run/, { ...input, plan: other }],
        [/does not speak of this run/, { ...input, by: 'bob' }],
        [/does not speak of this run/, { ...input, parent }],
        [
          /signature of the start is wrong/,
          {
            ...input,
            parent: { ...parent, proof: { ...proof!, start: { ...proof!.start, children: [other.digest] } } },
            plan: other,
          },
        ],
        [
          /no key|knows no|does not know/,
          { ...input, parent: { ...parent, proof: { ...proof!, keyId: stranger.public.id } } },
        ],
      ];
      for (const [why, wrong] of forged) {
        const id = `forged-${randomBytes(4).toString('hex')}`;
        const started = await client.workflow.start(workflowTypes.recovery, {
          workflowId: id,
          taskQueue,
          args: [wrong],
        });
        const error: unknown = await started.result().catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(WorkflowFailedError);
        expect((error as WorkflowFailedError).cause?.message).toMatch(why);
        const execution = { workflowId: id, runId: started.firstExecutionRunId };
        expect(await trust(execution, asked)).toMatch(
          /nobody of its roster has started it|signature of its start is wrong/,
        );
      }
      await decide(runs, view, 'approve', sign);
      await over(running, run, all.child);
    });
  });
});

describe('a run below that somebody terminates', () => {
  it('leaves a step of which nobody knows how it ended', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
      const { runs, find, until } = running;
      const { run } = await runs.start({ plan, ...actor });
      const child = await untilThere(running, all.child, asks(1));
      await (await find(all.child)).handle.terminate('by hand');
      const view = await until(run, asks(1));
      expect(view.asks[0]?.message).toContain(`the run ${child.run} ended as terminated`);
      expect(view.asks[0]?.about.question).toBe('unknown');
      await decide(runs, view, 'leave-out');
    });
  });
});
