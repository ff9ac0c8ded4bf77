import { describe, expect, it } from '@jest/globals';
import type { Decision, Event, EventBody } from '../../core/event.ts';
import { eventLine } from '../../faces/cli/live/event-line.ts';
import { clockIn } from '../../faces/cli/time.ts';
import { goLive, now } from './views.ts';

const line = (body: EventBody): string | undefined =>
  eventLine({ seq: 1, at: now, revision: 0, ...body } as Event, { clock: clockIn('UTC', now), mode: 'live' });

const decision: Decision = {
  version: 1,
  namespace: 'default',
  id: 'd',
  run: 'r',
  by: 'ann',
  channel: 'cli',
  reason: 'looked at it',
  issued: now,
  expires: now,
  ask: 'go-live/1/gate/approve#1',
  choice: 'approve',
  answers: {},
  rests: 'sha256:00',
};
const host = { id: 'h', name: 'db-7', taskQueue: 'q' };
const path = 'orders-db/1/recover/restore';

const cases: readonly (readonly [string | undefined, EventBody])[] = [
  [
    'run      begun by ann: the site burns',
    { type: 'began', by: 'ann', channel: 'cli', reason: 'the site\nburns' },
  ],
  ['bound    orders-db to db-7', { type: 'bound', node: 'orders-db', host }],
  ['running  orders-db recover restore', { type: 'tried', try: `${path}#1`, path, as: 'do' }],
  ['running  orders-db recover restore (settle)', { type: 'tried', try: `${path}#2`, path, as: 'settle' }],
  [
    'passed   orders-db recover restore: up to 2026-11-22T03:03:51.000Z',
    {
      type: 'ended',
      try: `${path}#1`,
      outcome: 'passed',
      outputs: {},
      found: { recoveredUpTo: Date.UTC(2026, 10, 22, 3, 3, 51) },
    },
  ],
  [
    'FAILED   orders-db recover restore: rows: expected at least 1000, found 7',
    {
      type: 'ended',
      try: `${path}#1`,
      outcome: 'failed',
      outputs: {},
      found: {
        checks: [{ name: 'rows', expected: 'at least 1000', found: '7', passed: false }],
      },
    },
  ],
  [
    'UNKNOWN  orders-db recover restore',
    { type: 'ended', try: `${path}#1`, outcome: 'unknown', outputs: {} },
  ],
  [
    'ASKS     go-live gate approve: Send customers to the recovered shop?',
    {
      type: 'asked',
      try: goLive.try,
      about: goLive.about,
      ask: goLive.ask,
      shown: goLive.shown,
      rests: '',
    },
  ],
  [
    'vote     approve go-live gate approve by ann (cli): looked at it',
    { type: 'voted', decision, verdict: 'counted' },
  ],
  [
    'vote     approve go-live gate approve by ann (cli): looked at it, not counted: you are excluded from this decision',
    {
      type: 'voted',
      decision,
      verdict: 'excluded',
    },
  ],
  [
    'changed  go on with api without uploads by ann: no time',
    {
      type: 'changed',
      change: { on: 'node', node: 'api', set: 'goOn', without: 'uploads' },
      by: 'ann',
      channel: 'cli',
      reason: 'no time',
    },
  ],
  [
    'COMMAND  handed to ada by ann: I must sleep',
    {
      ...{ type: 'changed', change: { on: 'record', set: { commander: 'ada' } } },
      ...{ by: 'ann', channel: 'cli', reason: 'I must sleep' },
    },
  ],
  [
    'COMMAND  taken over by ada: I am awake',
    {
      ...{ type: 'changed', change: { on: 'record', set: { command: 'accept' } } },
      ...{ by: 'ada', channel: 'cli', reason: 'I am awake' },
    },
  ],
  [
    'done     api (degraded): without uploads',
    { type: 'became', of: 'api', status: 'passed', degraded: true, why: 'without uploads' },
  ],
  ['running  api', { type: 'became', of: 'api', status: 'running' }],
  ['RECOVERED run', { type: 'became', of: 'run', status: 'recovered' }],
  ['FAILED   run', { type: 'became', of: 'run', status: 'failed' }],
  ['MISSED   ordering: RTO', { type: 'budget', of: 'ordering', objective: 'rto', standing: 'missed' }],
  [
    'waits    run: db at b is held by shop-2 (ann)',
    { type: 'refused', holder: 'db at b is held by shop-2 (ann)' },
  ],
  [undefined, { type: 'ended', try: `${path}?failed#1`, outcome: 'passed', outputs: {} }],
  [undefined, { type: 'tick' }],
  [undefined, { type: 'claimed' }],
];

describe('a transition as a line', () => {
  it.each(cases)('%s', (words, body) => {
    expect(line(body)).toBe(words === undefined ? undefined : `03:20:18  ${words}`);
  });

  it('bears the time at which it really happened', () => {
    const late = {
      seq: 1,
      at: now,
      observedAt: now - 60_000,
      revision: 0,
      type: 'refused',
      holder: 'x',
    } as const;
    expect(eventLine(late, { clock: clockIn('UTC', now), mode: 'live' })).toMatch(/^03:19:18 /);
  });

  it('never says that a rehearsal met an objective', () => {
    const clock = clockIn('UTC', now);
    const met = {
      seq: 1,
      at: now,
      revision: 0,
      type: 'budget',
      of: 'f',
      objective: 'rto',
      standing: 'met',
    } as const;
    expect(eventLine(met, { clock, mode: 'rehearsal' })).toBeUndefined();
    expect(eventLine(met, { clock, mode: 'live' })).toBe('03:20:18  MET      f: RTO');
  });
});
