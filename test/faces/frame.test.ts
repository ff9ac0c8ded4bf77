import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import type { AskView, RunView } from '../../core/view.ts';
import { frame, type FrameOptions } from '../../faces/cli/live/frame.ts';
import type { Scene } from '../../faces/cli/live/scene.ts';
import { safe } from '../../faces/cli/live/safe.ts';
import { displayWidth } from '../../faces/cli/live/width.ts';
import { clockIn } from '../../faces/cli/time.ts';
import {
  atTheGate,
  brokenGlass,
  budget,
  dns,
  failedRestore,
  goLive,
  halfway,
  minute,
  node,
  now,
  progress,
  rehearsed,
  restoreFailed,
} from './views.ts';

const picture = (
  view: RunView,
  {
    columns = 80,
    rows = 23,
    person = 'bob',
    progress: told = progress,
    ...options
  }: Partial<FrameOptions> & {
    columns?: number;
    rows?: number;
    person?: string;
    progress?: Scene['progress'];
  } = {},
): string[] =>
  frame(
    {
      view: safe(view),
      progress: told,
      columns,
      rows,
      paint: colors.createColors(false),
      clock: clockIn('UTC', now),
      person,
    },
    { keys: false, last: [], ...options },
  );

describe('the picture of a run', () => {
  it('says what is asked in another run that it waits for, and where people answer', () => {
    const asks = { run: 'shop', what: 'gate go-live open' };
    const doing = 'waits for run shop: gate go-live open, its RTO: 12m left, 1 of 3 done';
    const [id] = Object.keys(progress);
    const lines = picture(halfway, { progress: { [id!]: { doing, asks } } });
    expect(lines.find((line) => line.includes('uploads'))).toContain('waits for run shop: gate go-live open');
    expect(lines).toContain('ASKED IN ANOTHER RUN shop: gate go-live open');
    expect(lines).toContain('muster watch shop');
    expect(lines.every((line) => displayWidth(line) <= 80)).toBe(true);
  });

  it('shows what is done, what runs and what waits in 80 columns', () => {
    expect(picture(halfway).join('\n')).toBe(
      `=== LIVE ===  shop  INC-4711  primary > standby ================================
running  disrupted 03:04 (assumed)  declared 03:12  RTO 30m: 13m 42s left
ordering  ON TRACK  back about 03:26  MTPD 4h: 3h 43m left
  done      orders-db  up to 03:03:51, 9s lost (RPO 1m)  14m 18s of RTO 15m
  running   uploads    restore  71 %  16m 18s of RTO 20m  about 1m 14s more
  waits     api        for uploads
  gate      go-live    for api
  waits     traffic    for go-live
before start 8m  machines 7m 50s  people 0s  neither 28s
Nothing waits for you.  muster hold shop  muster note shop "…"`,
    );
  });

  it('says more where the window is wider', () => {
    const lines = picture(halfway, { columns: 130 });
    expect(lines[4]).toBe(
      '  running   uploads    restore  71 %  2.1 GB of 3.0 GB  11.8 MB/s  16m 18s of RTO 20m  about 1m 14s more',
    );
    expect(lines[8]).toContain('critical path: uploads > api > go-live > traffic');
  });

  it('shows what a gate rests on, sets free and does without an answer, and what to type', () => {
    expect(picture(atTheGate).slice(6).join('\n')).toBe(
      `  ASKS      go-live    Send customers to the recovered shop?
  waits     traffic    for go-live
before start 8m  machines 7m 50s  people 0s  neither 28s
WAITS FOR YOU  go-live  Send customers to the recovered shop?
  rests on api verified 1m ago, orders-db verified 2m ago up to 03:03:51 of
  base-0300; releases traffic; by anyone
  If opened at once, all is there about 03:22; waiting costs ordering its RTO
  after 7m 12s (03:27), ordering its MTPD after 3h 37m (06:57)
  Without an answer by 05:19 (1h 59m) it stays shut and can be asked again.
  muster approve go-live shop --reason "…"
  muster reject go-live shop --reason "…"
muster hold shop  muster note shop "…"`,
    );
  });

  it('says what is wanted, and wraps a question that is too long for a line', () => {
    const { ask, about } = restoreFailed;
    const title = 'Something that is wanted does not come. Go on without it, or wait?';
    const want = { ...restoreFailed, about: { ...about, without: 'uploads' }, ask: { ...ask, title } };
    const text = picture({ ...failedRestore, asks: [want] }, { keys: false }).join('\n');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`uploads: ${title}`);
  });

  it('names the keys instead of the commands where they work', () => {
    const lines = picture(atTheGate, { keys: true, current: goLive.try });
    expect(lines).toContain('  [a] Approve  [r] Reject; it stays shut and may be asked again');
    expect(lines.join('\n')).not.toContain('muster approve');
  });

  it('shows a failure with its words and each answer that there is', () => {
    const text = picture(failedRestore).join('\n');
    expect(text).toContain('  ASKS      orders-db  The step failed. What now?  16m of RTO 15m  MISSED');
    expect(text).toContain('No space left on /srv/standby: 3.0 GB are needed, 1.2 GB are free.');
    for (const answer of ['retry', 'done', 'skip', 'leave-out']) {
      expect(text).toContain(`muster ${answer} orders-db/restore shop --reason "…"`);
    }
  });

  it('shows the instructions of a manual step and the answers to give', () => {
    const text = picture({ ...halfway, asks: [dns] }).join('\n');
    expect(text).toContain('  Change the A record in the portal.\n  Write down what it was.');
    expect(text).toContain('muster done dns shop --answer before=… --answer ttl=… --reason "…"');
  });

  it('says who is on a manual step and since when, and what to type to be on it', () => {
    const begun = { by: 'bob', at: now - 2 * minute, dueAt: now + 3 * minute };
    const text = picture({ ...halfway, asks: [{ ...dns, begun }] }).join('\n');
    expect(text).toContain('  started by bob 2m ago, planned 5m\n');
    expect(text).toContain('muster begin dns shop\n');
    expect(text).toContain('muster answer dns could-not shop --reason "…"');
    const late = { ...dns, begun: { ...begun, dueAt: now - minute } };
    expect(picture({ ...halfway, asks: [late] }).join('\n')).toContain('planned 1m; OVERDUE by 1m');
  });

  it('says of a broken glass when it opens by itself, and offers the objection alone', () => {
    const view = { ...atTheGate, asks: [brokenGlass] };
    const text = picture(view).join('\n');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'It opens by itself at 03:29 (9m); until then anybody of the roster may object.',
    );
    expect(text).toContain('  muster object go-live shop --reason "…"\n');
    expect(text).not.toMatch(/nobody|Without an answer|muster answer/);
    expect(picture(view, { keys: true, current: brokenGlass.try })).toContain('  [1] Object');
  });

  it('names the gate of a broken glass to object to, although the gate is asked too', () => {
    const text = picture({ ...atTheGate, asks: [goLive, brokenGlass] }, { rows: Infinity }).join('\n');
    expect(text).toContain('  muster object go-live shop --reason "…"\n');
    expect(text).toContain("  muster approve 'go-live/1/gate/approve#1' shop");
  });

  it('names the run that holds what it needs, and what to do if that one is gone', () => {
    const waitsForClaim = 'orders-db at standby is held by shop-20261121-031258-a1b2c3 (ann)';
    const text = picture({ ...halfway, waitsForClaim })
      .join('\n')
      .replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      `Waits: ${waitsForClaim}. muster claim list shows who holds what. If that run is not open any more: muster claim break RUN`,
    );
  });

  it('tells who cannot answer that it waits for others', () => {
    const voted = { ...goLive, votes: [{ by: 'bob', choice: 'approve', channel: 'cli' as const, at: now }] };
    const text = picture({ ...atTheGate, asks: [voted] }).join('\n');
    expect(text).toContain('waits for others  go-live  not you: you have voted');
    expect(text).toContain('  So far bob: approve (cli, 03:20). Without an answer by');
    expect(text).toContain('Nothing waits for you.');
  });

  const operators: AskView = {
    ...goLive,
    ask: {
      ...goLive.ask,
      escalate: [
        { after: minute, to: 'on-call-lead' },
        { after: 10 * minute, to: 'deputy' },
      ],
      remind: 5 * minute,
    },
    seats: [
      { choice: 'approve', missing: 1, free: [{ role: 'operator', count: 1, people: ['bea', 'cy'] }] },
      { choice: 'reject', missing: 1, free: [{ role: 'anyone', count: 1, people: ['bea', 'cy', 'bob'] }] },
    ],
    votes: [{ by: 'ann', choice: 'approve', channel: 'chat', at: now - 30_000 }],
    reached: [{ to: 'on-call-lead', at: now }],
  };
  const asking = (ask: AskView) => ({ ...atTheGate, steeredBy: ['ann'], asks: [ask] });

  it('says that it waits for you only to whom a seat waits, and names them to everybody else', () => {
    expect(picture(asking(operators), { person: 'bea' }).join('\n')).toContain('WAITS FOR YOU  go-live');
    const text = picture(asking(operators)).join('\n');
    expect(text).not.toContain('WAITS FOR YOU');
    expect(text).toContain(
      `WAITS FOR operator (bea, cy)  go-live  Send customers to the recovered shop?
  You may only turn it down: see muster status. So far ann: approve (chat,
  03:19). Escalated to on-call-lead at 03:20.`,
    );
    expect(text).toContain('Nothing waits for you.');
  });

  it('shows everybody in status who voted how, who is missing, how far the ladder is, and the end', () => {
    const text = picture(asking(operators), { rows: Infinity }).join('\n');
    expect(text).toContain(`  So far ann: approve (chat, 03:19).
  If opened`);
    expect(text).toContain(`  Escalated to on-call-lead at 03:20; calls deputy at 03:29; reminds all at
  03:24.
  Without an answer by 05:19 (1h 59m) it stays shut and can be asked again.
  muster reject go-live shop --reason "…"
`);
    expect(text).toContain('  You may only turn it down.\n');
    expect(text).not.toContain('muster approve');
    const mine = picture(asking(operators), { rows: Infinity, person: 'cy' }).join('\n');
    expect(mine).toContain('  Still needed: operator (bea, cy).\n');
  });

  it('says to whoever is asked to declare what was alarmed, and by which trigger', () => {
    const { instructions: _, ...asked } = goLive.ask;
    const declare: AskView = {
      ...goLive,
      ask: { ...asked, kind: 'declaration', title: 'Is this a disaster?' },
    };
    const alarmed = {
      ...asking(declare),
      startedBy: 'trigger:shop-down',
      startedWhy: 'The **shop** is down',
    };
    expect(picture(alarmed).join('\n')).toContain(
      'Is this a disaster?\n  ALARM shop-down proposes it: The shop is down\n',
    );
    const begun = { ...alarmed, startedBy: 'ann' };
    expect(picture(begun).join('\n')).toContain('\n  ann began it: The shop is down\n');
    expect(picture({ ...begun, asks: [goLive] }).join('\n')).not.toContain('began it');
  });

  /** A manual step of the network team: anybody may say that it could not be done. */
  const network: AskView = {
    ...dns,
    seats: [
      { choice: 'done', missing: 1, free: [{ role: 'network', count: 1, people: ['bea'] }] },
      { choice: 'could-not', missing: 1, free: [{ role: 'anyone', count: 1, people: ['bea', 'bob'] }] },
    ],
  };

  it('says of a manual step that it waits for others to whoever may only say that it could not be done', () => {
    const view = { ...halfway, steeredBy: ['ann'], asks: [network] };
    for (const keys of [true, false]) {
      const text = picture(view, { keys }).join('\n');
      expect(text).toContain(`WAITS FOR network (bea)  dns  Point shop.example at the standby
  You may only turn it down: see muster status.`);
      expect(text).toContain('Nothing waits for you.');
      expect(text).not.toMatch(/\[1\]|WAITS FOR YOU/);
    }
    const status = picture(view, { rows: Infinity }).join('\n');
    expect(status).toContain('muster answer dns could-not shop');
    expect(status).not.toContain('muster done');
    const bea = picture(view, { keys: true, current: dns.try, person: 'bea' }).join('\n');
    expect(bea).toContain('  [1] It is done  [2] It could not be done  [3] I am on it');
  });

  it('offers only the keys of the choices that a person may make', () => {
    const seats = network.seats!.map((seat) => (seat.choice === 'could-not' ? { ...seat, free: [] } : seat));
    const view = { ...halfway, asks: [{ ...network, seats }] };
    const text = picture(view, { keys: true, current: dns.try, person: 'bea' }).join('\n');
    expect(text).toContain('  [1] It is done  [3] I am on it');
  });

  it('says of each seat who could fill it, and leaves out a seat that nobody needs to fill', () => {
    const waits = (missing: number, commanders: string[]) => {
      const free = [
        { role: 'incident-commander', count: 1, people: commanders },
        { role: 'dba', count: 1, people: ['linus'] },
      ];
      const seats = [{ choice: 'approve', missing, free }];
      return picture(asking({ ...operators, seats }), { columns: 120 }).join('\n');
    };
    expect(waits(2, ['eve'])).toContain('WAITS FOR incident-commander (eve) and dba (linus)  go-live');
    expect(waits(1, ['eve'])).toContain('WAITS FOR 1 of incident-commander (eve) or dba (linus)  go-live');
    expect(waits(1, [])).toContain('WAITS FOR dba (linus)  go-live');
    expect(waits(2, [])).toContain('WAITS FOR incident-commander (NOBODY IS THERE) and dba (linus)');
  });

  it('says who is excluded beside who decides', () => {
    const not = ['starter', 'commander'];
    const text = picture(asking({ ...goLive, ask: { ...goLive.ask, not } }), { person: 'bea' }).join(' ');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('; by anyone, not the starter or commander ');
  });

  it('says of a declaration that it was made, of a gate that it was opened, and of a fence that it is done', () => {
    const rests = ['declaration', 'copy', 'orders-db.fence'].map((id) => ({
      ...{ node: id, status: 'passed', verifiedAt: now - 8_000 },
    }));
    const nodes = [...atTheGate.nodes, node('copy', { kind: 'gate', status: 'passed' })];
    const view = { ...asking({ ...goLive, shown: { ...goLive.shown, rests } }), nodes };
    expect(picture(view).join(' ').replaceAll(/\s+/g, ' ')).toContain(
      'rests on declaration made 8s ago, copy opened 8s ago, orders-db.fence done 8s ago;',
    );
  });

  it('says from when the time is counted that misses an objective', () => {
    const rto = budget(15 * minute, 24 * 60 * minute, 'missed');
    const books = node('books', { status: 'passed', rto });
    const text = picture({ ...halfway, nodes: [books] }).join('\n');
    expect(text).toContain('  1d of RTO 15m  MISSED  counted since the disruption\n');
  });

  it('says so where nobody is there who could', () => {
    const free = [{ role: 'operator', count: 2, people: [] }];
    const nobody = { ...operators, votes: [], seats: [{ choice: 'approve', missing: 2, free }] };
    expect(picture(asking(nobody)).join('\n')).toContain('WAITS FOR 2 × operator (NOBODY IS THERE)  go-live');
  });

  it('asks those who steer the run to ask a shut gate again', () => {
    const nodes = atTheGate.nodes.map((one) =>
      one.id === 'go-live' ? { ...one, status: 'shut' as const } : one,
    );
    const shut: RunView = { ...atTheGate, nodes, asks: [], steeredBy: ['ann', 'dan'] };
    expect(picture(shut).join('\n')).toContain('WAITS FOR ann or dan  go-live  It is shut. Ask it again?');
    expect(picture(shut).join('\n')).toContain('Nothing waits for you.');
    expect(picture(shut, { person: 'dan' }).join('\n')).toContain('WAITS FOR YOU  go-live  It is shut.');
  });

  it('says REHEARSAL over the full width and never that an RTO was met', () => {
    const lines = picture(rehearsed);
    expect(lines[0]).toBe('=== REHEARSAL ===  shop  INC-4711  primary > rehearsal =========================');
    expect(lines.join('\n')).not.toMatch(/\bmet\b/i);
  });
});

describe('the size of the picture', () => {
  const systems = (count: number, status: 'passed' | 'waits') =>
    Array.from({ length: count }, (_, index) => node(`${status}-${index}`, { status }));

  it('folds what is done and what waits when there are more systems than lines', () => {
    const nodes = [...systems(30, 'passed'), ...halfway.nodes.slice(1, 2), ...systems(30, 'waits')];
    const lines = picture({ ...halfway, nodes });
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(lines.join('\n')).toMatch(
      / {2}done {6}30: passed-0, .*…\n {2}waits {5}30: waits-0, .*…\n {2}running {3}uploads/,
    );
  });

  it.each([1, 2, 5, 10, 23, 60])('never takes more than %i lines, and keeps what is real on top', (rows) => {
    const nodes = systems(100, 'waits').map((one, index) =>
      index % 3 === 0 ? { ...one, status: 'failed' as const } : one,
    );
    const lines = picture({ ...halfway, nodes, asks: [goLive, dns] }, { rows, last: ['the last line'] });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines[0]).toContain('LIVE');
  });

  it.each([20, 40, 80, 200])('never takes more than %i columns', (columns) => {
    const wide = { ...halfway.nodes[1]!, id: '恢复数据库-👩‍🚒-ö̈' };
    for (const view of [halfway, atTheGate, failedRestore, rehearsed, { ...halfway, nodes: [wide] }]) {
      for (const line of picture(view, { columns })) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});

describe('text from data', () => {
  it('cannot steer the terminal', () => {
    const hostile = '\u001b[2Jgone\u0007\u009b31m\r\n\u202eevil';
    const view: RunView = {
      ...atTheGate,
      runbook: { name: hostile, title: hostile },
      parameters: { incident: hostile },
      from: hostile,
      heldBy: hostile,
      nodes: [node(hostile, { status: 'failed', why: hostile })],
      asks: [{ ...goLive, message: hostile, ask: { ...goLive.ask, title: hostile, instructions: hostile } }],
      waitsForClaim: hostile,
    };
    // oxlint-disable-next-line no-control-regex
    for (const line of picture(view)) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
