import { describe, expect, it } from '@jest/globals';
import { QueryNotRegisteredError, QueryRejectedError } from '@temporalio/client';
import { askAgain } from '../../client/ask-again.ts';
import { explain } from '../../client/explain.ts';
import { endedHeader, unsettled } from '../../contract/unsettled.ts';

interface Asked {
  readonly queryRejectCondition?: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

const putOff = () => new QueryNotRegisteredError(unsettled, 3);

/** Asks once for each reply: an error is what Temporal's client throws. */
async function ask(...replies: unknown[]): Promise<{ readonly asked: Asked[]; readonly answer: unknown }> {
  const asked: Asked[] = [];
  const next = (input: Asked) => {
    asked.push(input);
    const reply = replies.shift();
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  const input = { queryType: 'view', args: [], workflowExecution: {}, headers: {} };
  const answer = await askAgain.query!(input as never, next as never).catch((error: unknown) => error);
  return { asked, answer };
}

describe('a question to a run', () => {
  it('is asked once where it is answered, or fails for another reason', async () => {
    expect(await ask('the view')).toMatchObject({ answer: 'the view', asked: [{ headers: {} }] });
    const other = new QueryNotRegisteredError('no such query', 3);
    expect(await ask(other)).toMatchObject({ answer: other, asked: [{}] });
  });

  it('is asked again where it was put off', async () => {
    const { asked, answer } = await ask(putOff(), putOff(), 'the view');
    expect(answer).toBe('the view');
    expect(asked.map(({ queryRejectCondition }) => queryRejectCondition)).toEqual([undefined, 2, 2]);
  });

  it('says that the run has ended where that is why', async () => {
    const { asked, answer } = await ask(putOff(), new QueryRejectedError(2), 'the view');
    expect(answer).toBe('the view');
    expect(asked.at(-1)).toHaveProperty(['headers', endedHeader]);
    expect(asked.at(-1)).not.toHaveProperty('queryRejectCondition');
  });

  it('that stays put off is one to ask later', () => {
    expect(explain(putOff())).toMatchObject({ code: 'no-worker', message: unsettled });
  });
});
