import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import type { RunView } from '../../core/view.ts';
import { summary } from '../../faces/cli/live/summary.ts';
import { clockIn } from '../../faces/cli/time.ts';
import { node, now, recovered, rehearsed } from './views.ts';

const text = (view: RunView): string =>
  summary({
    view,
    progress: {},
    columns: 80,
    rows: 24,
    paint: colors.createColors(false),
    clock: clockIn('UTC', now),
    person: 'bob',
  }).join('\n');

describe('what a run came to', () => {
  it('holds time and data against the objectives, and says where everything is', () => {
    expect(text(recovered)).toBe(
      `=== LIVE ===  RECOVERED  shop  primary > standby ===============================
The run is recovered.
  ordering          done      RTA 16m of RTO 30m, met
  orders-db         done      RTA 14m 18s of RTO 15m, met  9s lost (RPO 1m)
  uploads           done      RTA 16m 18s of RTO 20m
  api               done
  go-live           open
  traffic           done
16m 18s since the disruption:
  before start 8m  machines 7m 50s  people 0s  neither 28s
Not as planned:
  03:16 ann: api/1/verify/healthy skipped (the monitor is down)
Where everything is:
  orders-db: /srv/standby/shop/pg`,
    );
  });

  it('says how old the newest record is, apart from what was lost, and against the RPO', () => {
    const loss = { amount: 9_000, objective: 60_000, accepted: false, newestAge: 2_400_000 };
    const idle = { ...recovered, nodes: [node('db', { status: 'passed', loss })] };
    expect(text(idle)).toContain(
      'In the data, before writing stopped:\n  db: newest record 40m before, longer than the RPO\n',
    );
    const busy = { ...idle, nodes: [node('db', { status: 'passed', loss: { ...loss, newestAge: 11_000 } })] };
    expect(text(busy)).toContain('\n  db: newest record 11s before\n');
  });

  it('says how what was replaced is deleted, where something was', () => {
    const made = ['/srv/shop/pg', '/srv/shop/pg.aside-0123456789ab'];
    const said = text({ ...recovered, nodes: [node('orders-db', { status: 'passed', made })] });
    expect(said).toContain(`any more:\n  muster cleanup ${recovered.run}`);
    expect(text(recovered)).not.toContain('muster cleanup');
  });

  it('names every flaw of a recovery', () => {
    const view = { ...recovered, late: true, degraded: true, unverified: true, lostTooMuch: true };
    expect(text(view)).toContain(
      'The run is recovered, but late, degraded, unverified, with more loss than\nallowed.',
    );
  });

  it('says of a rehearsal what machines took and what decisions are planned to take, never that an RTO was met', () => {
    const said = text(rehearsed);
    expect(said).toContain('The rehearsal recovered: machines 9m, with planned decisions 14m.');
    expect(said).toContain('Cleaned up: nothing that bears the mark of the rehearsal is left.');
    expect(said).not.toMatch(/\bmet\b/i);
  });

  it('says what a rehearsal could not clean up, and where it is', () => {
    const left = ['uploads.cleanup: the disk is read-only', '/srv/rehearsal/db.aside-1: it is old data'];
    const said = text({ ...rehearsed, cleanup: { state: 'incomplete', left } });
    expect(said).toContain(
      'Not cleaned up:\n  uploads.cleanup: the disk is read-only\n  /srv/rehearsal/db.aside-1: it is old data',
    );
    expect(said).toContain('orders-db: /srv/standby/shop/pg');
  });
});
