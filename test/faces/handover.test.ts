import { describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { makeRoster, member } from '../core/run/make-roster.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { atTheGate, dns, halfway, minute, now } from './views.ts';

const begun = { by: 'cy', at: now - minute, dueAt: now + 4 * minute };
const view: RunView = {
  ...halfway,
  asks: [...atTheGate.asks, { ...dns, begun }],
  offered: { to: 'bob', by: 'ann', at: now },
  notes: [{ at: now - 3 * minute, by: 'ann', text: 'the mail is \u001b[31mdown' }],
};
const accepted = { propose: [{ on: 'record', set: { command: 'accept' } }] };

describe('taking the command', () => {
  it('shows first how much time is left, what is to be decided, what runs and what was noted', async () => {
    const runs = new MemoryRuns(view);
    const { code, err } = await type(['handover', 'shop', '--accept'], runs, {
      lines: ['shop', 'I am awake'],
    });
    const shown = err.slice(err.indexOf('Time left'), err.indexOf('From now on'));
    expect(shown).toBe(`Time left:
  ordering: RTO 30m: 13m 42s left; MTPD 4h: 3h 43m left
To be decided:
  go-live: Send customers to the recovered shop?; If opened at once, all is there about 03:22; waiting costs ordering its RTO after 7m 12s (03:27), ordering its MTPD after 3h 37m (06:57)
  dns: Point shop.example at the standby; started by cy 1m ago, planned 5m
At work:
  uploads: restore, 3m of 4m
Noted last:
  03:17 ann: the mail is down
`);
    expect(code).toBe(0);
    expect(runs.decisions).toMatchObject([{ ...accepted, reason: 'I am awake' }]);
  });

  it('begins with what was alarmed', async () => {
    const alarmed = { ...view, startedBy: 'trigger:shop-down', startedWhy: 'The shop is down' };
    const { out } = await type(['handover', 'shop'], new MemoryRuns(alarmed));
    expect(out).toMatch(/^ALARM shop-down proposes it: The shop is down\nTime left:/);
  });

  it('is not taken by who types another name', async () => {
    const runs = new MemoryRuns(view);
    const { err } = await type(['handover', 'shop', '--accept'], runs, { lines: ['yes'] });
    expect(err).toContain('Not confirmed');
    expect(runs.decisions).toEqual([]);
  });

  it('is offered to nobody whom the roster does not know, and says who was meant', async () => {
    const runs = new MemoryRuns(view);
    runs.roster_ = makeRoster({ bob: member([]), grace: member([]) });
    const wrong = await type(['handover', 'shop', '--to', 'grac', '--reason', 'x'], runs);
    expect(wrong.err).toMatch(/knows no grac\.\s+Did you mean grace\?/);
    expect((await type(['handover', 'shop', '--to', 'zoe', '--reason', 'x'], runs)).err).toContain(
      'It has bob, grace.',
    );
    expect(runs.decisions).toEqual([]);
  });

  it('needs no terminal, and can be looked at without taking it', async () => {
    const runs = new MemoryRuns(view);
    expect((await type(['handover', 'shop'], runs)).out).toContain('To be decided:\n  go-live');
    expect(runs.decisions).toEqual([]);
    const taken = await type(['handover', 'shop', '--accept', '--reason', 'awake'], runs);
    expect(taken.err).toContain('Noted last:\n  03:17');
    expect(runs.decisions).toMatchObject([accepted]);
  });
});

it('a roll call says at once for which gates too few are there', async () => {
  const short = [{ gate: 'go-live', needs: 2, there: ['ann'] }];
  const runs = new MemoryRuns({ ...halfway, rollcall: { at: now, present: ['ann'], short } });
  const { code, err } = await type(['rollcall', 'shop'], runs);
  expect(code).toBe(0);
  expect(err).toContain('TOO FEW PEOPLE  go-live needs 2, 1 present (ann)');
  expect(runs.decisions).toMatchObject([{ propose: [{ on: 'record', set: { rollcall: true } }] }]);
});

it('who is on a manual step says so without a reason and without the answers', async () => {
  const runs = new MemoryRuns({ ...halfway, asks: [dns] });
  const { code, err } = await type(['begin', 'dns', 'shop'], runs);
  expect(code).toBe(0);
  expect(err).toContain('Change the A record in the portal.');
  expect(runs.decisions).toMatchObject([{ choice: 'begin', answers: {}, reason: '' }]);
});
