import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { CloudEvent, HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { tell } from '../../activities/notices/tell.ts';
import type { CourierState } from '../../contract/courier.ts';
import { messages } from '../../contract/names.ts';
import type { Notify } from '../../core/notice.ts';
import { makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { useTemporal } from '../support/temporal.ts';
import { courierOf, type Running, withWorker } from './running.ts';

const temporal = useTemporal();
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;
const everything = ['start', 'asks', 'budgets', 'failures', 'end'] as const;
const secret = `whsec_${randomBytes(32).toString('base64')}`;

interface Got {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Somebody who is told: keeps what came, and answers as the test says. */
async function withReceiver(
  answer: (got: Got, count: number) => number,
  test: (url: string, got: Got[]) => Promise<void>,
): Promise<void> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { headers: request.headers as Record<string, string>, body };
      got.push(one);
      response.writeHead(answer(one, got.length)).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const planOf = (notify: Record<string, Notify>) =>
  makePlan([makeNode('a'), makeGate('go', { needs: ['a'] }), makeNode('b', { needs: ['go'] })], {
    notify,
    runbook: { name: `told-${randomBytes(4).toString('hex')}`, title: 'T', owner: '', digest: 'sha256:0' },
  });

async function approve({ runs, until }: Running, run: string): Promise<void> {
  const { asks } = await until(run, (view) => view.asks.length === 1);
  const { try: ask, rests } = asks[0]!;
  const vote = { ...actor, ask, choice: 'approve', answers: {}, rests };
  expect(await runs.decide(run, vote)).toEqual({ verdict: 'counted' });
}

/** He is there with the first notice. */
function notYet(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

async function courier({ client, taskQueue }: Running, wanted: (state: CourierState) => boolean) {
  const handle = client.workflow.getHandle(courierOf(taskQueue));
  let state: CourierState | undefined;
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    state = await handle.query<CourierState>(messages.courierState).catch(notYet);
    if (state && wanted(state)) return state;
  }
  throw new Error(`not as wanted: ${JSON.stringify(state)}`);
}

const host = () => ({ address: temporal.address, taskQueue: temporal.taskQueue() });

describe('notices', () => {
  process.env['MUSTER_TEST_HOOK_SECRET'] = secret;
  const webhook = (url: string) => ({ url, secret: 'env:MUSTER_TEST_HOOK_SECRET' });

  it('arrive as signed CloudEvents, each once the receiver has taken it', async () => {
    await withReceiver(
      (_, count) => (count === 2 ? 503 : 204),
      async (url, got) => {
        await withWorker(host(), async (running) => {
          const notify = { pager: { webhook: webhook(url), on: everything } };
          const { run } = await running.runs.start({ plan: planOf(notify), ...actor });
          await approve(running, run);
          const { handle } = await running.find(run);
          expect(await handle.result()).toMatchObject({ status: 'recovered' });
          await courier(running, ({ delivered }) => delivered.length === 4);
          const seen = got.map(({ headers, body }) => {
            new Webhook(secret).verify(body, headers); // throws where it is not signed so
            const event = HTTP.toEvent({ headers, body }); // throws where it is none
            if (!(event instanceof CloudEvent)) throw new Error('more than one');
            expect(event.id).toBe(headers['webhook-id']);
            expect(event.source).toBe(`urn:muster:run:${run}`);
            return event;
          });
          const types = new Set(seen.map(({ type }) => type));
          expect(types).toEqual(
            new Set(['muster.run.began', 'muster.ask.opened', 'muster.ask.closed', 'muster.run.ended']),
          );
          // The one that was refused came again, under the same id.
          expect(seen).toHaveLength(5);
          expect(new Set(seen.map(({ id }) => id)).size).toBe(4);
          const told = (await running.runs.events(run, 0, 500)).flatMap((event) =>
            event.type === 'told' ? event.notices : [],
          );
          expect(new Set(told)).toEqual(new Set(seen.map(({ id }) => id)));
        });
      },
    );
  }, 60_000);

  it('never hold a run up: what nobody takes is given up, kept, and delivered when somebody says so', async () => {
    let open = false;
    await withReceiver(
      () => (open ? 200 : 410),
      async (url, got) => {
        await withWorker(host(), async (running) => {
          const notify = {
            gone: { webhook: webhook(url), on: ['end'] },
            unset: { webhook: { url, secret: 'env:MUSTER_TEST_UNSET' }, on: ['end'] },
          } as const;
          const { run } = await running.runs.start({ plan: planOf(notify), ...actor });
          await approve(running, run);
          expect(await (await running.find(run)).handle.result()).toMatchObject({ status: 'recovered' });
          const { dead, waiting } = await courier(
            running,
            (state) => state.dead.length === 1 && state.waiting[0]?.problem !== undefined,
          );
          expect(dead).toMatchObject([{ problem: 'the receiver answered 410', notice: { to: 'gone' } }]);
          expect(waiting).toMatchObject([{ notice: { to: 'unset' } }]);
          expect(waiting[0]!.problem).toMatch(/MUSTER_TEST_UNSET/);
          open = true;
          const handle = running.client.workflow.getHandle(courierOf(running.taskQueue));
          expect(await handle.executeUpdate(messages.deliverAgain, { args: [[]] })).toBe(1);
          await courier(running, ({ delivered }) => delivered.length === 1);
          expect(got).toHaveLength(2);
        });
      },
    );
  }, 60_000);

  it('are what a command reads, and a card for Teams', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-notices-'));
    const [file, address] = [join(directory, 'told'), join(directory, 'url')];
    await withReceiver(
      () => 202,
      async (url, got) => {
        writeFileSync(address, `${url}\n`);
        await withWorker(host(), async (running) => {
          const notify = {
            wall: { command: ['tee', file], on: ['start'] },
            broken: { command: ['false'], on: ['start'] },
            teams: { teams: { url: `file:${address}`, link: 'https://muster.test/runs/' }, on: ['asks'] },
          } as const;
          const { run } = await running.runs.start({ plan: planOf(notify), ...actor });
          await courier(running, (state) => state.delivered.length === 2 && state.waiting[0]?.tries === 1);
          expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ type: 'muster.run.began' });
          const { attachments } = JSON.parse(got[0]!.body);
          expect(attachments[0].content.body[0].text).toMatch(/May it go on/);
          expect(attachments[0].content.actions[0].url).toBe(`https://muster.test/runs/${run}`);
          await approve(running, run);
        });
      },
    );
  }, 60_000);

  it('go where the plan of their run says, not where who reaches Temporal would like', async () => {
    await withReceiver(
      () => 200,
      async (url, got) => {
        await withWorker(host(), async (running) => {
          const notify = { pager: { webhook: webhook(url), on: ['end'] } } as const;
          const { run } = await running.runs.start({ plan: planOf(notify), ...actor });
          await approve(running, run);
          await courier(running, ({ delivered }) => delivered.length === 1);
          const { handle, workflowId } = await running.find(run);
          const { runId } = await handle.describe();
          const notice = { id: 'x', to: 'mine', type: 'run.ended', at: 0, text: 'x', run: { id: run } };
          const target = { command: ['touch', '/nowhere'] };
          await running.client.workflow
            .getHandle(courierOf(running.taskQueue))
            .signal(messages.handOver, [
              { notice, target, origin: { workflowId, runId, taskQueue: running.taskQueue } },
            ]);
          const nonsense = [
            null,
            7,
            'x',
            [null],
            [{}],
            [{ notice: {}, origin: 1 }],
            [{ notice, origin: {} }],
            [{ notice, origin: { workflowId, runId, taskQueue: '/_sys/x' } }],
          ];
          for (const one of nonsense) {
            await running.client.workflow
              .getHandle(courierOf(running.taskQueue))
              .signal(messages.handOver, one);
          }
          const { dead } = await courier(running, (state) => state.dead.length === 1);
          const ended = running.client.workflow.getHandle(courierOf(running.taskQueue));
          await ended.terminate();
          await tell(
            running.client,
            { workflowId: courierOf(running.taskQueue), taskQueue: running.taskQueue },
            [],
          );
          expect((await courier(running, () => true)).dead).toMatchObject([{ notice: { to: 'mine' } }]);
          expect(dead[0]!.problem).toMatch(/tells no mine/);
          expect(got).toHaveLength(1);
        });
      },
    );
  }, 60_000);
});
