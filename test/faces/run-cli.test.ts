import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientFailure } from '../../client/failure.ts';
import { ServiceStopped } from '../../local/local-failure.ts';
import { askName } from '../../faces/cli/asks.ts';
import { displayWidth } from '../../faces/cli/live/width.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { atTheGate, dns, failedRestore, goLive, halfway, recovered, restoreFailed, now } from './views.ts';

const runbook = `
muster: v1
name: tiny
title: Something small
owner: team
sites: { here: { vars: {} } }
systems:
  only:
    recover: [{ step: work, use: noop }]
    verify: [{ step: look, use: tcp.check, with: { address: "127.0.0.1:1" } }]
`;

async function withFile<T>(text: string, work: (file: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  try {
    const file = join(directory, 'runbook.yaml');
    writeFileSync(file, text);
    return await work(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const enter = { text: '\r', name: 'return', ctrl: false };
const press = (text: string) => text.split('').map((one) => ({ text: one, name: one, ctrl: false }));

describe('the command line', () => {
  it('shows its verbs where nothing is typed', async () => {
    const { code, out } = await type([]);
    expect(code).toBe(0);
    for (const verb of ['validate', 'recover', 'rehearse|drill', 'approve', 'doctor'])
      expect(out).toContain(verb);
  });

  it('suggests the verb that was meant', async () => {
    const { code, err } = await type(['validat']);
    expect(code).toBe(2);
    expect(err).toContain('Did you mean validate?');
  });

  it('refuses a wrong global option in words', async () => {
    const { code, err } = await type(['list', '--output', 'xml']);
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are text, json, jsonl');
  });

  it('says in words and as data that the service is unreachable', async () => {
    const gone = new MemoryRuns(new ClientFailure('unreachable', 'Temporal at 127.0.0.1:9 does not answer.'));
    const words = await type(['status', 'shop'], gone);
    expect(words).toMatchObject({
      code: 7,
      out: '',
      err: 'muster: Temporal at 127.0.0.1:9 does not answer.\n',
    });
    const data = await type(['status', 'shop', '--output', 'json'], gone);
    expect(JSON.parse(data.out)).toMatchObject({ format: 1, error: { exitCode: 7 } });
  });

  it('shows a stack trace only with --debug', async () => {
    const broken = new MemoryRuns();
    broken.view = async () => Promise.reject(new TypeError('a bug'));
    expect((await type(['status', 'shop'], broken)).err).not.toContain('    at ');
    expect((await type(['status', 'shop', '--debug'], broken)).err).toContain('    at ');
  });
});

describe('validate', () => {
  it('passes a sound runbook', async () => {
    await withFile(runbook, async (file) => {
      expect(await type(['validate', file])).toMatchObject({ code: 0, out: `${file}: valid\n` });
    });
  });

  it('says of which roles only a roster could say whether there are enough', async () => {
    const declared = 'declare: { by: [{ role: [lead, owner] }, { role: lead }, { role: anyone }] }';
    await withFile(runbook.replace('owner: team', `owner: team\n${declared}`), async (file) => {
      const { code, out } = await type(['validate', file]);
      expect(code).toBe(0);
      expect(out).toContain(
        'valid; whether enough people have its roles (lead, owner) only a roster can say',
      );
      expect((await type(['validate', file, '--output', 'json'])).out).toContain('"uncheckedRoles"');
    });
  });

  it('shows every mistake with its place, its line and a caret', async () => {
    await withFile(runbook.replace('owner: team', 'ownr: team'), async (file) => {
      const { code, out } = await type(['validate', file]);
      expect(code).toBe(2);
      expect(out).toMatch(/runbook\.yaml:5:1 {2}error MUSTER_\w+ {2}/);
      expect(out).toContain('    5 | ownr: team\n        ^\n');
      expect(out).toContain('hint: Did you mean "owner"?');
    });
  });

  it('gives the same as data', async () => {
    await withFile('nonsense', async (file) => {
      const { code, out } = await type(['validate', file, '--output', 'json']);
      expect(code).toBe(2);
      expect(JSON.parse(out)).toMatchObject({ format: 1, files: [{ file, valid: false }] });
    });
  });

  it('names a file that is not there', async () => {
    const { code, err } = await type(['validate', '/nowhere.yaml']);
    expect(code).toBe(2);
    expect(err).toContain('/nowhere.yaml cannot be read: there is no such file.');
  });
});

describe('recover', () => {
  const typed = ['recover', '--confirm', 'tiny', '--reason', 'it is gone', '--from', 'here', '--to', 'here'];

  it('starts nothing unless the name is confirmed', async () => {
    await withFile(runbook, async (file) => {
      const runs = new MemoryRuns(recovered);
      const nobody = await type(['recover', file, '--from', 'here', '--to', 'here', '--reason', 'x'], runs);
      expect(nobody).toMatchObject({ code: 2 });
      expect(nobody.err).toContain('=== LIVE ===');
      expect(nobody.err).toContain('--confirm tiny');
      const wrong = await type(['recover', file, '--from', 'here', '--to', 'here', '--reason', 'x'], runs, {
        lines: ['yes'],
      });
      expect(wrong.code).toBe(2);
      expect(runs.started).toEqual([]);
    });
  });

  it('starts exactly the compiled plan with the moments and the reason that were given, and shows it to its end', async () => {
    await withFile(runbook, async (file) => {
      const runs = new MemoryRuns(recovered);
      const { code, out } = await type([...typed, file, '--disrupted-at', '2026-11-22T03:04:00Z'], runs);
      expect(code).toBe(0);
      expect(out).toContain('=== LIVE ===  RECOVERED');
      expect(runs.started).toMatchObject([
        {
          plan: { mode: 'live', runbook: { name: 'tiny' } },
          by: 'bob',
          reason: 'it is gone',
          disruption: Date.UTC(2026, 10, 22, 3, 4),
        },
      ]);
    });
  });

  it('shows the run that is under way instead of starting another', async () => {
    await withFile(runbook.replace('name: tiny', 'name: shop'), async (file) => {
      const runs = new MemoryRuns(halfway, recovered);
      const { err } = await type([...typed, file], runs);
      expect(err).toContain('already under way');
      expect(err).toContain('ITS PLAN IS NOT THE ONE YOU GAVE: it goes');
      expect(runs.started).toEqual([]);
    });
  });

  it('ends with 5 and words when the time to wait is over', async () => {
    await withFile(runbook, async (file) => {
      const { code, err } = await type([...typed, file, '--wait', '0s'], new MemoryRuns(atTheGate));
      expect(code).toBe(5);
      expect(err).toContain('it waits for people (1 open). It goes on: muster watch shop');
    });
  });
});

describe('answering', () => {
  it('asks in whole words at 80 columns, and shows Markdown as text', async () => {
    const description = `What you wrote on the ${'very '.repeat(12)}long status page, **word for word**`;
    const instructions = `Do **all** of this:\n- ${'first this and '.repeat(9)}\n- then \`rm -rf *\``;
    const ask = { ...dns.ask, instructions, answers: { said: { type: 'string', description } as const } };
    const runs = new MemoryRuns({ ...halfway, asks: [{ ...dns, ask }] });
    const { err } = await type(['done', 'dns'], runs, { lines: ['it is back', 'done'] });
    for (const line of err.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(err).toContain('Do all of this:\n- first this and');
    expect(err).toContain('- then rm -rf *\n');
    expect(err.replaceAll(/\s+/g, ' ')).toContain('long status page, word for word (');
  });

  it('approves the gate that is meant, for what was shown', async () => {
    const runs = new MemoryRuns(atTheGate);
    const { code, err } = await type(['approve', 'go-live', '--reason', 'looked at it', '--as', 'ann'], runs);
    expect(code).toBe(0);
    expect(err).toContain('=== LIVE ===  shop  primary > standby  APPROVE');
    expect(err).toContain('releases traffic');
    expect(runs.decisions).toEqual([
      {
        by: 'ann',
        channel: 'cli',
        reason: 'looked at it',
        ask: goLive.try,
        choice: 'approve',
        answers: {},
        rests: goLive.rests,
      },
    ]);
  });

  it('asks for the reason at a terminal, and decides nothing without one', async () => {
    const runs = new MemoryRuns(atTheGate);
    expect((await type(['reject', 'go-live'], runs, { lines: ['not yet'] })).code).toBe(0);
    expect(runs.decisions).toMatchObject([{ choice: 'reject', reason: 'not yet' }]);
    expect((await type(['reject', 'go-live'], runs)).code).toBe(2);
    expect(runs.decisions).toHaveLength(1);
    expect((await type(['reject', 'go-live'], runs, { lines: ['', 'not yet'] })).code).toBe(0);
    expect(runs.decisions).toHaveLength(2);
  });

  it('says what is open where nothing fits', async () => {
    const { code, err } = await type(['approve', 'go-liv', '--reason', 'x'], new MemoryRuns(atTheGate));
    expect(code).toBe(2);
    expect(err).toMatch(
      /go-live {2}Send customers to the recovered shop\? {2}\(approve: .*; reject: .*; run shop\)/,
    );
  });

  it('lists the choices where none is said, with what they mean and how many people they take', async () => {
    const anyone = { role: 'anyone', count: 2 };
    const [first, ...rest] = restoreFailed.ask.choices;
    const choices = [{ ...first!, title: 'Begin again', by: [anyone] }, ...rest];
    const ask = { ...restoreFailed, ask: { ...restoreFailed.ask, choices } };
    const runs = new MemoryRuns({ ...failedRestore, asks: [ask] });
    const { code, err } = await type(['answer', askName(ask, [ask])], runs);
    expect(code).toBe(2);
    expect(err).toContain(': Begin again (by 2 people: 2 × anyone)');
    for (const { title } of rest) expect(err).toContain(`: ${title}`);
    expect(runs.decisions).toEqual([]);
    const status = await type(['status', 'shop'], runs, { columns: 150 });
    expect(status.out).toContain(`${first!.name}: Begin again (by 2 people: 2 × anyone)`);
  });

  it('rolls back only what is open, and says so before it tells what would be undone', async () => {
    const { code, err } = await type(['rollback', 'shop', '--confirm', 'shop'], new MemoryRuns(recovered));
    expect(code).toBe(2);
    expect(err).toContain('Only an open run can be rolled back.');
    expect(err).toContain('muster steps --set-aside');
    expect(err).not.toContain('Nothing new starts');
  });

  it('says in one document why no plan can be made', async () => {
    await withFile('muster: v1\n', async (file) => {
      const { code, out } = await type(['plan', file, '--output', 'json']);
      expect(code).toBe(2);
      expect(JSON.parse(out)).toMatchObject({ files: [{ file, valid: false }], error: { exitCode: 2 } });
    });
  });

  it('says that the run has ended', async () => {
    const { code, err } = await type(
      ['approve', 'go-live', 'shop', '--reason', 'x'],
      new MemoryRuns(recovered),
    );
    expect(code).toBe(2);
    expect(err).toContain('has ended: RECOVERED');
  });

  it('gives typed answers, and says which one does not fit', async () => {
    const runs = new MemoryRuns({ ...halfway, asks: [dns] });
    const typed = ['answer', 'dns', 'done', '--reason', 'r', '--answer', 'before=192.0.2.1'];
    const soon = await type([...typed, '--answer', 'ttl=soon'], runs);
    expect(soon).toMatchObject({ code: 2, err: expect.stringContaining('The answer ttl must be a number.') });
    const none = await type(typed, runs);
    expect(none).toMatchObject({
      code: 2,
      err: expect.stringContaining('The answer ttl is missing: it must be a number.'),
    });
    expect((await type([...typed, '--answer', 'ttl=60'], runs)).code).toBe(0);
    expect(runs.decisions).toMatchObject([{ choice: 'done', answers: { before: '192.0.2.1', ttl: 60 } }]);
  });

  it('shows the answers of who was first, and confirms them where no others are given', async () => {
    const answers = { before: '192.0.2.1', ttl: 60 };
    const first = { by: 'bea', choice: 'done', channel: 'cli', at: halfway.now, answers } as const;
    const runs = new MemoryRuns({ ...halfway, asks: [{ ...dns, votes: [first] }] });
    const { code, err } = await type(['answer', 'dns', 'done', '--reason', 'r'], runs);
    expect(err.replace(/\s+/g, ' ')).toContain('Answered: before "192.0.2.1", ttl 60; who votes the same');
    expect(code).toBe(0);
    expect(runs.decisions).toMatchObject([{ choice: 'done', answers }]);
  });

  it.each([
    ['excluded', 4],
    ['no-seat', 4],
    ['closed', 1],
    ['rests-changed', 1],
  ] as const)('says that it was not counted when it is refused as %s', async (verdict, code) => {
    const runs = new MemoryRuns(atTheGate);
    runs.verdict = { verdict };
    const typed = await type(['approve', '--reason', 'x'], runs);
    expect(typed.code).toBe(code);
    expect(typed.out).toContain('NOT counted');
  });

  it.each(['retry', 'done', 'skip', 'leave-out'])(
    '%s answers the question about a failed step',
    async (verb) => {
      const runs = new MemoryRuns(failedRestore);
      await type([verb, 'orders-db', '--reason', 'x'], runs);
      expect(runs.decisions).toMatchObject([{ ask: restoreFailed.try, choice: verb }]);
    },
  );
});

describe('steering', () => {
  it.each([
    [['hold', 'shop'], { on: 'run', set: 'hold' }],
    [['resume', 'shop'], { on: 'run', set: 'resume' }],
    [['stand-down', 'shop'], { on: 'run', set: 'standDown' }],
    [['cancel', 'shop', '--confirm', 'shop'], { on: 'run', set: 'cancel' }],
    [['cancel', 'shop', '--kill', '--confirm', 'shop'], { on: 'run', set: 'kill' }],
    [['leave-out', 'uploads'], { on: 'node', node: 'uploads', set: 'leaveOut' }],
    [['leave-out', 'uploads', '--for', 'api'], { on: 'node', node: 'api', set: 'goOn', without: 'uploads' }],
    [['retry', 'uploads'], { on: 'step', path: 'uploads/1/recover/restore', set: 'retry' }],
    [['skip', 'uploads/restore'], { on: 'step', path: 'uploads/1/recover/restore', set: 'skip' }],
    [['done', 'a/1/recover/b'], { on: 'step', path: 'a/1/recover/b', set: 'done' }],
    [
      ['moment', 'disruption', '20m ago'],
      { on: 'record', set: { moment: 'disruption', at: halfway.now - 1_200_000 } },
    ],
  ])('%j proposes what it says', async (argv, change) => {
    const runs = new MemoryRuns(halfway);
    expect((await type([...argv, '--reason', 'x'], runs)).code).toBe(0);
    expect(runs.decisions).toMatchObject([{ propose: [change], by: 'bob', reason: 'x' }]);
  });

  it.each(['done', 'skip', 'retry'])('%s lists the steps where none fits', async (verb) => {
    const runs = new MemoryRuns({ ...halfway, asks: [dns] });
    const { code, err } = await type([verb, 'nope', 'shop', '--reason', 'x'], runs);
    expect(code).not.toBe(0);
    expect(err).toMatch(/fits nope\. There are:\s+uploads\/1\/recover\/restore\s+dns\/1\/recover\/switch/);
    expect(runs.decisions).toEqual([]);
  });

  it('asks a gate that is shut again', async () => {
    const nodes = halfway.nodes.map((one) =>
      one.id === 'go-live' ? { ...one, status: 'shut' as const } : one,
    );
    const runs = new MemoryRuns({ ...halfway, nodes });
    expect((await type(['list'], runs)).out).toContain('ASKS go-live (shut)');
    expect((await type(['status'], runs)).out).toContain('muster retry go-live shop --reason "…"');
    expect((await type(['approve', 'go-live', '--reason', 'x'], runs)).err).toContain(
      'muster retry go-live shop',
    );
    await type(['retry', 'go-live', '--reason', 'x'], runs);
    expect(runs.decisions).toMatchObject([{ propose: [{ on: 'node', node: 'go-live', set: 'askAgain' }] }]);
  });

  it('lists the claims where nothing else is said', async () => {
    expect(await type(['claim'])).toMatchObject({ code: 0, out: 'No run holds anything.\n' });
  });

  it('lists what others were told, what was given up first', async () => {
    expect(await type(['notices'])).toMatchObject({ code: 0, out: 'There was nothing to tell.\n' });
    const runs = new MemoryRuns(halfway);
    const notice = {
      id: 'shop-1:17:pager',
      to: 'pager',
      type: 'run.ended',
      at: now,
      run: { id: 'shop-1', runbook: 'shop', title: 'Shop', mode: 'live', from: 'a', to: 'b' },
      text: 'LIVE shop: recovered',
    } as const;
    const origin = { workflowId: 'recover/shop', runId: 'x', taskQueue: 'q' };
    const problem = 'the receiver answered 503';
    runs.notices_ = {
      dead: [{ notice, origin, tries: 10, nextAt: now, problem }],
      waiting: [{ notice: { ...notice, to: 'wall' }, origin, tries: 0, nextAt: now }],
      delivered: [{ id: 'x', to: 'teams', text: 'LIVE shop: begun', at: now }],
      forgotten: 3,
    };
    const { out } = await type(['notices'], runs);
    expect(out.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, '  '))).toEqual([
      'GIVEN UP  pager  LIVE shop: recovered (10 tries; the receiver answered 503)',
      'shop-1:17:pager',
      'next 03:20  wall  LIVE shop: recovered',
      'told 03:20  teams  LIVE shop: begun',
      '',
      '3 more were given up and are not kept.',
      'muster notices again [ID…]',
      '',
    ]);
    expect(await type(['notices', 'again'], runs)).toMatchObject({ code: 0 });
  });

  it('names what dies before a kill', async () => {
    const { err } = await type(['cancel', 'shop', '--kill', '--reason', 'x'], new MemoryRuns(halfway));
    expect(err).toContain('These steps die:\n  uploads/1/recover/restore  restore');
    expect(err).toContain('--confirm shop');
  });

  it('takes a note with or without the run', async () => {
    const runs = new MemoryRuns(halfway);
    await type(['note', 'shop', 'the mail is down'], runs);
    await type(['note', 'it is up again'], runs);
    expect(runs.decisions).toMatchObject([
      { propose: [{ on: 'record', set: { note: 'the mail is down' } }] },
      { propose: [{ on: 'record', set: { note: 'it is up again' } }] },
    ]);
  });
});

describe('watching', () => {
  it('prints one line for each transition where nobody sits at a terminal', async () => {
    const runs = new MemoryRuns(recovered);
    runs.events_ = [
      { seq: 1, at: halfway.now, revision: 0, type: 'began', by: 'ann', channel: 'cli', reason: 'fire' },
      { seq: 2, at: halfway.now, revision: 0, type: 'became', of: 'api', status: 'running' },
    ];
    const { err } = await type(['watch', 'shop'], runs);
    expect(err.split('\n').slice(1, 3)).toEqual([
      '03:20:18  run      begun by ann: fire',
      '03:20:18  running  api',
    ]);
  });

  it('gives the events as lines of JSON, and the end as the last', async () => {
    const runs = new MemoryRuns(recovered);
    runs.events_ = [{ seq: 1, at: 0, revision: 0, type: 'refused', holder: '\u009bx' }];
    const { out } = await type(['watch', 'shop', '--output', 'jsonl'], runs);
    const [first, last] = out.trim().split('\n');
    expect(first).toContain('"holder":"\\u009bx"');
    expect(JSON.parse(last!)).toMatchObject({ format: 1, status: 'recovered' });
  });

  it('goes on through a service that does not answer for a while', async () => {
    const gone = new ClientFailure('unreachable', 'no answer');
    const { code, err } = await type(
      ['watch', 'shop'],
      new MemoryRuns(halfway, halfway, gone, gone, recovered),
    );
    expect(code).toBe(0);
    expect(err).toContain('ORCHESTRATOR UNREACHABLE. 1 step was running and goes on.');
    expect(err).toContain('The orchestrator answers again.');
  });

  it('waits for a service that is on its way back when it is asked', async () => {
    const gone = new ClientFailure('no-worker', 'no worker answered in time');
    const { code, err } = await type(['watch', 'shop'], new MemoryRuns(gone, gone, recovered));
    expect(code).toBe(0);
    expect(err).toContain('No answer yet (no worker answered in time). Asking again.');
  });

  it('does not wait for ever for a service that never answered', async () => {
    const { code, err } = await type(
      ['watch', 'shop'],
      new MemoryRuns(new ClientFailure('unreachable', 'gone')),
    );
    expect(code).toBe(7);
    expect(err.match(/Asking again/g)).toHaveLength(5);
  });

  it('ends when somebody stopped the service on purpose, and says how to come back', async () => {
    const gone = new ClientFailure('unreachable', 'no answer');
    const { code, err } = await type(['watch', 'shop'], new MemoryRuns(halfway, halfway, gone), {
      reconnect: new ServiceStopped(),
    });
    expect(code).toBe(7);
    expect(err).toContain('stopped by muster down');
    expect(err).toContain('Then: muster watch shop');
  });

  it('says so when the answer takes its time, and lets the person leave meanwhile', async () => {
    const runs = new MemoryRuns(halfway);
    // The third look never ends: the first finds the run, the second draws it.
    let looks = 0;
    runs.view = async () => (++looks < 3 ? Promise.resolve(halfway) : new Promise(() => undefined));
    const { code, err } = await type(['watch', 'shop'], runs, { keys: press('xq') });
    expect(code).toBe(130);
    expect(err).toContain('ORCHESTRATOR UNREACHABLE. 1 step was running and goes on.');
  });

  it('lets a person approve in the live view, with a reason', async () => {
    const runs = new MemoryRuns(...Array.from({ length: 14 }, () => atTheGate), recovered);
    const { code, err } = await type(['watch', 'shop'], runs, {
      keys: [...press('a'), ...press('all well'), enter],
    });
    expect(code).toBe(0);
    expect(err).toContain('Approve: the reason > all well_');
    expect(runs.decisions).toMatchObject([
      { choice: 'approve', reason: 'all well', by: 'bob', rests: goLive.rests },
    ]);
  });

  it('hears only the keys of the choices that the person may make', async () => {
    const free = (people: string[]) => [{ role: 'network', count: 1, people }];
    const seats = [
      { choice: 'done', missing: 1, free: free(['bob']) },
      { choice: 'could-not', missing: 1, free: free(['ann']) },
    ];
    const runs = new MemoryRuns({ ...halfway, asks: [{ ...dns, seats }] });
    const { err } = await type(['watch', 'shop'], runs, { keys: press('2q') });
    expect(err).toContain('[1] It is done  [3] I am on it');
    expect(err).not.toContain('It could not be done');
    expect(err).toContain('THE RUN GOES ON.');
  });

  it('leaves the run going when the person leaves, and says how to come back', async () => {
    const { code, err } = await type(['watch', 'shop'], new MemoryRuns(halfway), { keys: press('q') });
    expect(code).toBe(130);
    expect(err).toContain('THE RUN GOES ON. Come back with: muster watch shop');
  });
});

describe('status and list', () => {
  it('shows an open run as it stands, and says first what waits', async () => {
    const { code, out } = await type(['status'], new MemoryRuns(atTheGate));
    expect(code).toBe(0);
    expect(out).toContain('WAITS FOR YOU  go-live');
    const listed = await type(['list'], new MemoryRuns(atTheGate));
    expect(listed.out).toContain('ASKS go-live');
    expect(listed.out).toContain(atTheGate.run);
  });
});

describe('a plan file', () => {
  const started = async (file: string, runs = new MemoryRuns(recovered)) => ({
    runs,
    ...(await type(['recover', file, '--confirm', 'tiny', '--reason', 'x'], runs)),
  });

  it('is run exactly as it is, and refused with 8 when its runbook has changed', async () => {
    await withFile(runbook, async (file) => {
      const plan = `${file}.plan.json`;
      const made = await type([
        'plan',
        file,
        '--from',
        'here',
        '--to',
        'here',
        '--out',
        plan,
        '--output',
        'json',
      ]);
      expect(made.code).toBe(0);
      expect((await type(['plan', plan, '--output', 'json'])).out).toBe(made.out);
      const validated = await type(['validate', plan]);
      expect(validated.code).toBe(2);
      expect(validated.err).toContain('is a plan that muster plan --out wrote');
      const { runs, code } = await started(plan);
      expect(code).toBe(0);
      expect(runs.started[0]?.plan).toEqual(JSON.parse(made.out));
      writeFileSync(file, `${runbook}\n# changed\n`);
      const stale = await started(plan);
      expect(stale).toMatchObject({ code: 8, runs: { started: [] } });
      expect(stale.err).toContain('The plan is stale. The runbook tiny has changed since it was made.');
    });
  });

  it('of a rehearsal starts nothing live', async () => {
    const isolated = runbook.replace(
      '{ here: { vars: {} } }',
      '{ here: { vars: {} }, apart: { isolated: true, vars: {} } }',
    );
    await withFile(isolated, async (file) => {
      const plan = `${file}.plan.json`;
      await type(['plan', file, '--from', 'here', '--to', 'apart', '--mode', 'rehearsal', '--out', plan]);
      const { code, err, runs } = await started(plan);
      expect(code).toBe(2);
      expect(err).toContain('holds a plan for a rehearsal, not for a live recovery');
      expect(runs.started).toEqual([]);
    });
  });
});
