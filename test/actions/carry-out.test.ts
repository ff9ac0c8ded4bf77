import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Action, ActionFailure, type Description } from '../../actions/action.ts';
import { carryOut } from '../../actions/carry-out.ts';
import type { Errand } from '../../actions/report.ts';
import type { Scalar } from '../../core/value.ts';

const description: Description = {
  name: 'count',
  summary: 'Counts.',
  input: z.strictObject({}),
  outputs: {},
  findings: { value: 'number' },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
};

/** An action that finds one value after the other, then the last again and again. An error is thrown. */
function findsInTurn(...turns: (Scalar | Error)[]): { action: Action; looks: () => number } {
  let looks = 0;
  const run = () => {
    const value = turns[Math.min(looks, turns.length - 1)] ?? null;
    looks += 1;
    return value instanceof Error
      ? Promise.reject(value)
      : Promise.resolve({ outputs: {}, findings: { value } });
  };
  return { action: { description, run }, looks: () => looks };
}

const carry = (action: Action, errand: Partial<Errand>, signal = new AbortController().signal) =>
  carryOut({
    action,
    signal,
    errand: { action: 'count', as: 'do', with: {}, ...errand },
    context: (bounded) => ({ signal: bounded, log: () => undefined, progress: () => undefined }) as never,
  });

describe('a check', () => {
  it('keeps what it expected beside what it found, also when it failed', async () => {
    const report = await carry(findsInTurn(12).action, { expect: { atLeast: '1000' } });
    expect(report).toEqual({
      outcome: 'failed',
      outputs: {},
      found: {
        message: 'value: expected at least 1000, found 12',
        checks: [{ name: 'value', expected: 'at least 1000', found: '12', passed: false }],
      },
    });
  });

  it('is repeated `within` its time until it passes, failures of the action included', async () => {
    const { action, looks } = findsInTurn(new ActionFailure('refused'), 1, 1000);
    const report = await carry(action, { expect: { atLeast: '1000' }, within: 60_000 });
    expect(report.outcome).toBe('passed');
    expect(looks()).toBe(3);
  });

  it('is not repeated after an end that would only come again', async () => {
    const { action, looks } = findsInTurn(new ActionFailure('no such key', { kind: 'terminal' }), 1000);
    const report = await carry(action, { expect: { atLeast: '1000' }, within: 60_000 });
    expect(report).toMatchObject({ outcome: 'failed', found: { message: 'no such key', terminal: true } });
    expect(looks()).toBe(1);
  });

  it('calls unknown what the tool left nobody able to say', async () => {
    const { action } = findsInTurn(new ActionFailure('killed half-way', { kind: 'unknown' }));
    expect((await carry(action, {})).outcome).toBe('unknown');
  });

  it('fails with its last look when that time has gone by', async () => {
    const report = await carry(findsInTurn(1, 2).action, { expect: { atLeast: 5 }, within: 600 });
    expect(report.outcome).toBe('failed');
    expect(report.found.checks).toMatchObject([{ found: '2' }]);
  });

  it('must go on passing `for` its time, and begins anew after a look that failed', async () => {
    const { action, looks } = findsInTurn(5, 1, 5, 5, 5);
    const report = await carry(action, { expect: { atLeast: 5 }, within: 60_000, for: 600 });
    expect(report.outcome).toBe('passed');
    expect(looks()).toBeGreaterThanOrEqual(5);
  });

  it('fails as soon as it stops passing where there is no time to begin anew', async () => {
    const { action, looks } = findsInTurn(5, 1);
    expect((await carry(action, { expect: { atLeast: 5 }, for: 60_000 })).outcome).toBe('failed');
    expect(looks()).toBe(2);
  });

  it('keeps the figures of an action that failed', async () => {
    const failure = new ActionFailure('lag is too large', { findings: { value: 7 } });
    const report = await carry(findsInTurn(failure).action, { expect: { atMost: 5 } });
    expect(report.found).toMatchObject({
      message: 'lag is too large',
      checks: [{ found: '7', passed: false }],
    });
  });
});

describe('a program that failed', () => {
  const says = (stderr: string) => {
    const run = () => Promise.resolve({ outputs: {}, findings: { exit: 3, stderr } });
    return carry({ description, run }, { expect: { exit: 0 } });
  };

  it('is reported with the last lines of what it wrote to standard error', async () => {
    const noise = Array.from({ length: 90 }, (_, index) => `copied file ${index}`).join('\n');
    const { found } = await says(`${noise}\n\u001b[31mtar: no space left on device\u001b[0m\n`);
    expect(found.message).toMatch(/^exit: expected 0, found 3; standard error ends with:\ncopied file \d+\n/);
    expect(found.message).toMatch(/\ncopied file 89\ntar: no space left on device$/);
    expect(found.message?.length).toBeLessThan(700);
  });

  it('is reported without where it wrote nothing there', async () => {
    expect((await says(' \n')).found.message).toBe('exit: expected 0, found 3');
  });
});

describe('an action', () => {
  it('that throws something unforeseen has failed, and it is called unforeseen', async () => {
    const report = await carry(findsInTurn(new TypeError('x is undefined')).action, {});
    expect(report).toMatchObject({ outcome: 'failed', found: { message: 'unexpected: x is undefined' } });
  });

  it('that is not to be waited for any longer is left with the reason of that', async () => {
    const gone = new AbortController();
    const waits: Action = {
      description,
      run: (_input, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    };
    const left = carry(waits, {}, gone.signal);
    gone.abort(new Error('the worker stops'));
    await expect(left).rejects.toThrow('the worker stops');
  });

  it.each([
    ['done', 'passed'],
    ['not-done', 'failed'],
    ['partial', 'unknown'],
  ] as const)('that looks and finds its work %s settles it as %s', async (found, outcome) => {
    const action: Action = { ...findsInTurn(1).action, settle: () => Promise.resolve(found) };
    expect((await carry(action, { as: 'settle' })).outcome).toBe(outcome);
  });

  it('that cannot look leaves it unknown', async () => {
    expect((await carry(findsInTurn(1).action, { as: 'settle' })).outcome).toBe('unknown');
  });
});
