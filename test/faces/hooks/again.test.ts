import { describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../../client/failure.ts';
import { atTheGate, goLive } from '../views.ts';
import { decision, running, secretOf, senders, signed, until, withHooks } from './served.ts';

describe('the same webhook-id', () => {
  it('is the same decision, whoever sends it again, at once, later, or after a restart', async () => {
    const runs = running();
    runs.decideTakes = 50;
    await withHooks(runs, {}, async ({ decide, restart, post }) => {
      const body = JSON.stringify(decision);
      const headers = signed(body, { id: 'msg_1' });
      const at = () => post('/v1/decisions', body, headers);
      const answers = await Promise.all(Array.from({ length: 40 }, at));
      expect(new Set(answers.map(({ said }) => said['decision'])).size).toBe(1);
      expect(runs.decisions).toHaveLength(1);
      const again = await decide(decision, { id: 'msg_1', at: Date.now() - 100_000 });
      expect(again.said).toEqual(answers[0]!.said);
      await restart();
      expect((await decide(decision, { id: 'msg_1' })).said).toEqual(answers[0]!.said);
      expect(runs.decisions).toHaveLength(1);
      const other = await decide(decision, { id: 'msg_1', secret: senders['mailer']!.secret });
      expect(other.status).toBe(403);
    });
  });

  it('is never another decision', async () => {
    const runs = running();
    await withHooks(runs, {}, async ({ decide, restart }) => {
      expect((await decide(decision, { id: 'msg_1' })).status).toBe(200);
      expect((await decide({ ...decision, choice: 'reject' }, { id: 'msg_1' })).status).toBe(409);
      await restart();
      expect((await decide({ ...decision, choice: 'reject' }, { id: 'msg_1' })).status).toBe(409);
      expect(runs.decisions).toHaveLength(1);
    });
  });
});

describe('a decision whose outcome nobody knows', () => {
  it('is never called counted; sent again it is the same one', async () => {
    const runs = running();
    runs.failure = new ClientFailure('unreachable', 'Temporal does not answer');
    await withHooks(runs, {}, async ({ decide, problems }) => {
      const first = await decide(decision, { id: 'msg_1' });
      expect(first).toMatchObject({ status: 202, said: { verdict: 'unknown' } });
      expect(first.said['again']).toContain('the same webhook-id');
      await until(() => problems.length > 0);
      runs.failure = undefined;
      const second = await decide(decision, { id: 'msg_1' });
      expect(second).toMatchObject({ status: 200, said: { verdict: 'counted' } });
      expect(second.said['decision']).toBe(first.said['decision']);
    });
  });

  it('does not keep its sender waiting, and is told when it is asked for again', async () => {
    const runs = running();
    runs.decideTakes = 500;
    await withHooks(runs, { answerWithin: 50 }, async ({ decide }) => {
      expect(await decide(decision, { id: 'msg_1' })).toMatchObject({ status: 202 });
      let later = await decide(decision, { id: 'msg_1' });
      while (later.status === 202) later = await decide(decision, { id: 'msg_1' });
      expect(later).toMatchObject({ status: 200, said: { verdict: 'counted' } });
      expect(runs.decisions).toHaveLength(1);
    });
  });

  it('is sent on when the program comes back', async () => {
    const runs = running();
    runs.failure = new ClientFailure('unreachable', 'Temporal does not answer');
    await withHooks(runs, {}, async ({ decide, restart }) => {
      const { said } = await decide(decision);
      runs.failure = undefined;
      await restart();
      await until(() => runs.decisions.length > 0);
      expect(runs.decisions.map(({ id }) => id)).toEqual([said['decision']]);
    });
  });

  it('is none where the run does not take it at all', async () => {
    const runs = running();
    runs.failure = new ClientFailure('not-found', 'there is no such run');
    await withHooks(runs, {}, async ({ decide }) => {
      expect(await decide(decision)).toMatchObject({ status: 422, said: { error: 'there is no such run' } });
    });
  });
});

describe('the open asks', () => {
  const asks = (url: string, headers: Record<string, string>) => fetch(`${url}/v1/asks`, { headers });

  it('are listed with what is shown and its digest, for who can sign', async () => {
    await withHooks(running(), {}, async ({ url, decide }) => {
      const response = await asks(url, signed(''));
      const { asks: open } = (await response.json()) as { asks: Record<string, unknown>[] };
      expect(open).toMatchObject([
        {
          ...{ run: atTheGate.run, ask: goLive.try, rests: goLive.rests, shown: goLive.shown },
          ...{ title: goLive.ask.title, takesWebhook: true, votes: [] },
        },
      ]);
      const [first] = open as [{ run: string; ask: string; rests: string }];
      const { run, ask, rests } = first;
      expect(await decide({ person: { name: 'ann' }, run, ask, rests, choice: 'approve' })).toMatchObject({
        said: { verdict: 'counted' },
      });
    });
  });

  it('are shown to nobody else', async () => {
    await withHooks(running(), {}, async ({ url }) => {
      expect((await asks(url, {})).status).toBe(401);
      expect((await asks(url, signed('', { secret: secretOf('nobody') }))).status).toBe(401);
      expect((await asks(url, signed('', { at: Date.now() - 302_000 }))).status).toBe(401);
      expect((await asks(url, signed('{}'))).status).toBe(401);
    });
  });
});
