import { describe, expect, it } from '@jest/globals';
import { endedHeader, unsettled } from '../../contract/unsettled.ts';
import { interceptors } from '../../workflows/same-on-replay.ts';

type Job = Record<string, object>;

/** A workflow in the hands of a worker, which gets activations as the SDK makes them. */
function workflow() {
  const [internals] = interceptors().internals!;
  return (jobs: readonly Job[], how: { replayed?: boolean; length?: number; commands?: object[] } = {}) => {
    const { replayed = false, length = 3, commands = [] } = how;
    const activation = { jobs, isReplaying: replayed, historyLength: length };
    internals!.activate!({ activation, batchIndex: 0 } as never, () => undefined);
    return internals!.concludeActivation!({ commands } as never, (input) => input).commands;
  };
}

const begins = [{ initializeWorkflow: {} }];
const ends = [{ resolveActivity: {} }];
const asked = (headers: object = {}) => [{ queryWorkflow: { queryId: 'legacy_query', headers } }];
const askedWithTask = [{ queryWorkflow: { queryId: 'one' } }];

describe('a question to a workflow', () => {
  it('is answered by who began the run', () => {
    const activate = workflow();
    activate(begins);
    expect(() => activate(asked())).not.toThrow();
  });

  it('is answered where all was replayed, and ever after', () => {
    const activate = workflow();
    activate(begins, { replayed: true });
    activate(asked());
    activate(ends, { length: 10 });
    expect(() => activate(asked())).not.toThrow();
  });

  it('is refused where it may have shown a task that nobody finishes', () => {
    const activate = workflow();
    activate(begins, { replayed: true });
    activate(ends, { length: 10 });
    expect(() => activate(asked())).toThrow(unsettled);
    expect(() => activate(asked())).toThrow(unsettled);
  });

  it('is answered all the same of a run that has ended, or with a task', () => {
    const activate = workflow();
    activate(begins, { replayed: true });
    activate(ends, { length: 10 });
    activate(askedWithTask);
    expect(() => activate(asked({ [endedHeader]: {} }))).not.toThrow();
  });

  it('is answered once a longer history shows that the first work was kept', () => {
    const activate = workflow();
    activate(begins, { replayed: true });
    activate(ends, { length: 10 });
    activate(ends, { length: 10 });
    expect(() => activate(asked())).toThrow(unsettled);
    activate(ends, { length: 15 });
    expect(() => activate(asked())).not.toThrow();
  });
});

describe('a task of a workflow', () => {
  it('leaves a command where something happened and nothing came of it', () => {
    const activate = workflow();
    expect(activate(begins)).toHaveLength(1);
    expect(activate(ends)).toHaveLength(1);
    expect(activate(ends, { replayed: true })).toHaveLength(1);
  });

  it('leaves it beside the refusal of an Update, of which no replay knows', () => {
    const refusal = { updateResponse: { rejected: {} } };
    const activate = workflow();
    expect(activate([...begins, { doUpdate: {} }], { commands: [refusal] })).toHaveLength(2);
    expect(activate([{ doUpdate: {} }], { commands: [refusal] })).toEqual([refusal]);
    const counted = { updateResponse: { accepted: {} } };
    expect(activate([...ends, { doUpdate: {} }], { commands: [counted] })).toEqual([counted]);
  });

  it('leaves no more where there is one, or nothing happened', () => {
    const activate = workflow();
    const commands = [{ startTimer: {} }];
    expect(activate(ends, { commands })).toEqual(commands);
    for (const job of ['removeFromCache', 'notifyHasPatch', 'updateRandomSeed'])
      expect(activate([{ [job]: {} }])).toEqual([]);
    expect(activate(askedWithTask)).toEqual([]);
  });
});
