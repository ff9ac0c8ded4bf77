import { describe, expect, it } from '@jest/globals';
import type { Event, Outcome } from '../../core/event.ts';
import { type Evidence, judge, type Kill, type LedgerLine, readLedger } from './judge.ts';

const path = 's1/1/recover/do-0';
const before = 's0/1/recover/do-0';

const line = (what: LedgerLine['what'], of: string, n = 1): LedgerLine => ({
  what,
  path: of,
  try: `${of}#${n}`,
  pid: 7,
});
const whole = (of: string, n = 1): LedgerLine[] => [line('begin', of, n), line('end', of, n)];

const event = (body: object): Event => ({ seq: 0, at: 0, revision: 1, ...body }) as never;
const tried = (of: string, outcome: Outcome = 'passed', n = 1): Event[] => [
  event({ type: 'tried', try: `${of}#${n}`, path: of, as: 'do' }),
  event({ type: 'ended', try: `${of}#${n}`, outcome, outputs: {} }),
];
const decided = event({ type: 'changed', change: { on: 'step', set: 'retry', path }, by: 'ann' });
const killed = (victim: Kill['victim'], n = 1): Kill => ({ victim, try: `${path}#${n}` });

const said = (more: Partial<Evidence>): string =>
  judge({
    steps: [
      { path: before, rerun: 'idempotent', after: [] },
      { path, rerun: 'once', after: [before] },
    ],
    ledger: [...whole(before), ...whole(path)],
    events: [...tried(before), ...tried(path)],
    kills: [],
    ...more,
  }).join('\n');

describe('the judge of the chaos runs', () => {
  it('has nothing to say of a run that kept its promises', () => {
    expect(said({})).toBe('');
    expect(said({ kills: [killed('supervisor'), { victim: 'worker' }] })).toBe('');
    const again = {
      ledger: [...whole(before), line('begin', path), ...whole(path, 2)],
      events: [...tried(before), ...tried(path, 'unknown'), decided, ...tried(path, 'passed', 2)],
    };
    expect(said({ ...again, kills: [killed('try')] })).toBe('');
  });

  it('sees a command that was started twice for one try', () => {
    expect(said({ ledger: [...whole(before), ...whole(path), line('begin', path)] })).toContain(
      'started twice',
    );
  });

  it('sees a once command that was started anew without a decision, and one that was done twice', () => {
    const ledger = [...whole(before), ...whole(path), ...whole(path, 2)];
    const events = [...tried(before), ...tried(path, 'unknown'), ...tried(path, 'passed', 2)];
    const verdict = said({ ledger, events, kills: [killed('try')] });
    expect(verdict).toContain('nobody had decided');
    expect(verdict).toContain('done 2 times');
  });

  it('sees a try that was at work beside the next one', () => {
    const ledger = [...whole(before), line('begin', path), ...whole(path, 2), line('end', path)];
    const events = [...tried(before), ...tried(path, 'unknown'), decided, ...tried(path, 'passed', 2)];
    expect(said({ ledger, events, kills: [killed('try')] })).toContain('still at work');
  });

  it('sees an order that was broken', () => {
    expect(said({ ledger: [line('begin', before), ...whole(path), line('end', before)] })).toContain(
      `began before ${before} had ended`,
    );
  });

  it('sees a false done, a lost outcome that is not unknown, and an unknown of which nothing was killed', () => {
    expect(said({ ledger: [...whole(before), line('begin', path)] })).toContain('is passed in the record');
    const lost = {
      ledger: [...whole(before), line('begin', path), ...whole(path, 2)],
      kills: [killed('try')],
    };
    const failed = [...tried(before), ...tried(path, 'failed'), decided, ...tried(path, 'passed', 2)];
    expect(said({ ...lost, events: failed })).toContain('is failed in the record and must be unknown');
    expect(said({ events: [...tried(before), ...tried(path, 'unknown')] })).toContain('killed: nothing');
  });

  it('sees what ran and is not in the record, and a step that never ended', () => {
    expect(said({ events: tried(before) })).toContain('the record does not know it');
    expect(said({ ledger: whole(before) })).toContain('never came to its end');
  });

  it('reads a ledger, and leaves out a line that was cut', () => {
    const name = 's1%2F1%2Frecover%2Fdo-0%231';
    expect(readLedger(`begin ${path} ${name} 7\nend ${path} s1%2F`)).toEqual([line('begin', path)]);
  });
});
