import { describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { exitCode } from '../../faces/cli/exit-code.ts';
import { halfway, node, recovered, rehearsed } from './views.ts';

const cases: readonly (readonly [string, number, RunView])[] = [
  ['recovered in budget', 0, recovered],
  ['a rehearsal, verified and cleaned up', 0, rehearsed],
  ['failed', 1, { ...recovered, status: 'failed' }],
  [
    'failed, although something was left out, too',
    1,
    {
      ...recovered,
      status: 'failed',
      nodes: [node('a', { status: 'failed' }), node('b', { status: 'left-out' })],
    },
  ],
  ['late', 3, { ...recovered, late: true }],
  ['degraded', 3, { ...recovered, degraded: true }],
  ['unverified', 3, { ...recovered, unverified: true }],
  ['more lost than allowed', 3, { ...recovered, lostTooMuch: true }],
  [
    'a rehearsal that left something behind',
    3,
    { ...rehearsed, cleanup: { state: 'incomplete', left: ['/srv/rehearsal/pg: it bears no marker'] } },
  ],
  ['still running', 5, halfway],
  ['on hold', 5, { ...halfway, status: 'on-hold' }],
  ['ending', 5, { ...halfway, status: 'ending' }],
  ['cancelled', 6, { ...recovered, status: 'cancelled' }],
  ['stood down', 6, { ...recovered, status: 'stood-down' }],
  [
    'nothing failed, but what was needed was left out',
    6,
    {
      ...recovered,
      status: 'failed',
      functions: [node('f', { kind: 'function', status: 'blocked' })],
      nodes: [node('a', { status: 'left-out' })],
    },
  ],
];

const leftOut: RunView = { ...rehearsed, status: 'failed', nodes: [node('a', { status: 'left-out' })] };
const deviation = { at: 0, text: 'a left out', reason: 'planned decision of a rehearsal' };
const rehearsals: typeof cases = [
  ['a rehearsal that a gate of its own left without what it needs', 1, leftOut],
  [
    'a rehearsal that left something out by itself',
    1,
    { ...leftOut, deviations: [{ ...deviation, by: 'muster' }] },
  ],
  [
    'a rehearsal in which somebody left something out',
    6,
    { ...leftOut, deviations: [{ ...deviation, by: 'ann' }] },
  ],
];

describe('exitCode', () => {
  it.each([...cases, ...rehearsals])('%s: %i', (_what, code, view) => {
    expect(exitCode(view)).toBe(code);
  });
});
