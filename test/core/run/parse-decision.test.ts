import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDecision } from '../../../core/run/parse-decision.ts';

const now = Date.UTC(2026, 0, 1);
const audience = { namespace: 'default', run: 'shop-1', now };
const common = {
  version: 1,
  namespace: 'default',
  id: 'd-1',
  run: 'shop-1',
  by: 'ada',
  channel: 'cli',
  reason: 'because',
  issued: now,
  expires: now + 1_000,
};
const vote = { ...common, ask: 'go/1/gate/decide#1', choice: 'approve', answers: {}, rests: 'sha256:x' };
const proposal = (change: unknown) => ({ ...common, propose: [change] });
const read = (value: unknown) => parseDecision(value, audience);

describe('reading a decision', () => {
  it('keeps the known fields of a vote and of a proposal, and nothing else', () => {
    expect(read({ ...vote, more: { deep: [[[]]] } })).toEqual(vote);
    const hold = { on: 'run', set: 'hold' };
    expect(read({ ...proposal({ ...hold, more: 1 }), more: 1 })).toEqual(proposal(hold));
  });

  it.each([
    ['another run', { ...vote, run: 'shop-2' }],
    ['another namespace', { ...vote, namespace: 'other' }],
    ['a version to come', { ...vote, version: 2 }],
    ['a vote that proposes', { ...vote, propose: [{ on: 'run', set: 'hold' }] }],
    ['neither', common],
    ['nobody', { ...vote, by: ' ' }],
    ['no channel', { ...vote, channel: 'telepathy' }],
    ['an id with a meaning', { ...vote, id: '__proto__' }],
    ['a long life', { ...vote, expires: Number.MAX_SAFE_INTEGER }],
    ['the future', { ...vote, issued: now + 3_600_000, expires: now + 3_600_001 }],
    ['no time', { ...vote, issued: Number.NaN }],
    ['answers that are no values', { ...vote, answers: { a: {} } }],
    ['answers with a meaning', JSON.parse('{"__proto__": 1}') as object],
    ['a long reason', { ...vote, reason: 'x'.repeat(4_001) }],
    ['nothing', null],
    ['a text', 'approve'],
  ])('refuses %s', (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  it.each([
    null,
    {},
    { on: 'run', set: 'abort' },
    { on: 'run', set: 'nonsense' },
    { on: 'node', node: 'a' },
    { on: 'node', node: 1, set: 'leaveOut' },
    { on: 'step', path: 'a/1/recover/b', set: 'pass' },
    { on: 'step', path: 'a/1/recover/b', set: 'done', outputs: { a: [] } },
    { on: 'record', set: null },
    { on: 'record', set: { moment: 'disruption', at: 'yesterday' } },
    { on: 'record', set: { moment: 'disruption', at: -1e300 } },
    { on: 'record', set: { commander: { a: 1 } } },
    { on: 'plan', base: 'x' },
  ])('refuses the change %j', (change) => {
    expect(read(proposal(change))).toBeUndefined();
  });

  it('refuses several changes at once: each is judged by what the one before did', () => {
    const hold = { on: 'run', set: 'hold' };
    expect(read({ ...common, propose: [hold, hold] })).toBeUndefined();
    expect(read({ ...common, propose: [] })).toBeUndefined();
  });

  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  it(`never throws, whatever comes (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(vote), 'propose'), (value, key) => {
        expect(() => read(value)).not.toThrow('');
        expect(() => read({ ...vote, [key]: value })).not.toThrow('');
        expect(() => read(proposal(value))).not.toThrow('');
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
