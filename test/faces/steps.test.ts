import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownIdentity } from '../../local/process-identity.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import type { Event } from '../../core/event.ts';
import { writeIntent } from '../../host/intent.ts';
import { noteSetAside } from '../../actions/set-aside.ts';
import { writeOrphanReport } from '../../host/orphan-report.ts';
import { makeStepDirectory } from '../../host/step-directory.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { halfway, now } from './views.ts';

const before = process.env['MUSTER_HOME'];
let home = '';

/** A try whose directory says what a crash, or an end, would have left there. */
async function stepOf(run: string, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const id = { run, try: `${name}/1/recover/restore#1` };
  const directory = await makeStepDirectory(home, id);
  await writeIntent(directory, { ...id, action: 'files.restore', digest: 'sha256:0' });
  for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
  return directory;
}

const lost = { started: 'another-boot 1 1\n', log: 'half of it\n' };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-steps-'));
  process.env['MUSTER_HOME'] = home;
});
afterAll(async () => {
  if (before === undefined) delete process.env['MUSTER_HOME'];
  else process.env['MUSTER_HOME'] = before;
  await rm(home, { recursive: true });
});

describe('muster steps', () => {
  it('says where nothing is at work', async () => {
    const { code, out } = await type(['steps'], new MemoryRuns(halfway));
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('No step is at work') });
  });

  it('marks what a run that is not open has left, says what to do, and fits 80 columns', async () => {
    await stepOf(halfway.run, 'orders', lost);
    await stepOf('gone-1', 'uploads\u001b[2J', lost);
    await stepOf('gone-1', 'cache', { started: 'another-boot 1 1\n', exit: '3 1\n' });
    const { code, out } = await type(['steps'], new MemoryRuns(halfway));
    expect(code).toBe(3);
    expect(out).toContain('gone-1  (not open)\n');
    expect(out.match(/ORPHAN/g)).toHaveLength(1);
    expect(out).toContain('before this host was');
    expect(out).not.toContain('cache');
    expect(out).not.toContain('\u001b');
    expect(out.indexOf('gone-1')).toBeLessThan(out.indexOf(`${halfway.run}  (open)`));
    // A path is not broken: it is there to be copied.
    for (const line of out.split('\n').filter((text) => !text.includes(home)))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it('shows what has ended with --all, and all of it as data', async () => {
    const { out } = await type(['steps', '--all', '--output', 'json'], new MemoryRuns(halfway));
    const { format, steps } = JSON.parse(out) as { format: number; steps: readonly object[] };
    expect(format).toBe(1);
    expect(steps).toHaveLength(3);
    expect(steps).toContainEqual(
      expect.objectContaining({
        ...{ run: 'gone-1', action: 'files.restore', open: false, orphan: false, logBytes: 0 },
        observation: { state: 'ended', code: 3 },
      }),
    );
  });

  it('hides no step behind one whose intent nobody can read', async () => {
    const directory = await stepOf('torn-1', 'orders', lost);
    await writeFile(join(directory, 'intent'), '{"run":"to');
    const { code, out } = await type(['steps'], new MemoryRuns(halfway));
    expect(code).toBe(3);
    expect(out).toContain('orders/1/recover/restore#1  ORPHAN  INTENT UNREADABLE');
    expect(out).toContain('gone-1  (not open)');
    await rm(directory, { recursive: true });
  });

  it('shows what runs have set aside, how old and how large it is, and looks at no other run', async () => {
    const place = join(home, 'shop.aside-0123456789ab');
    const work = join(await stepOf('gone-1', 'shop', {}), 'work');
    const context = { run: 'gone-1', try: 'shop/1/recover/restore#1', workDirectory: work };
    await noteSetAside({ kind: 'directory', place, replaced: join(home, 'shop') }, context);
    await noteSetAside({ kind: 'database', place: 'shop_old', replaced: 'shop' }, context);
    await noteSetAside({ kind: 'directory', place: join(home, 'put-back'), replaced: 'x' }, context);
    await mkdir(place);
    await writeFile(join(place, 'data'), 'x'.repeat(5_000_000));
    const { code, out } = await type(['steps', '--set-aside'], new MemoryRuns(halfway));
    expect(code).toBe(0);
    expect(out).toMatch(/^gone-1\n {2}replaced {4}for \S+.* 5\.\d MB +by shop\/1\/recover\/restore#1\n/);
    expect(out).toContain(`    ${place}\n`);
    expect(out).toMatch(/database +for .* size unknown/);
    expect(out).not.toContain('put-back');
    expect(out).toContain('muster cleanup gone-1');
    const { out: data } = await type(['steps', '--set-aside', '--output', 'json'], new MemoryRuns(halfway));
    expect(JSON.parse(data)).toMatchObject({
      setAside: [{ kind: 'directory', place }, { kind: 'database' }],
    });
  });

  it('says of what its run goes on without that it was given up, and what of it somebody does', async () => {
    const { bootId, pid, startTicks } = ownIdentity();
    const started = `${bootId} ${pid} ${startTicks}\n`;
    const directory = await stepOf(halfway.run, 'elsewhere', { started });
    await stepOf(halfway.run, 'at-work', { started });
    const runs = new MemoryRuns(halfway);
    const lost = {
      outcome: 'unknown',
      outputs: {},
      found: { message: 'its worker host was given up' },
    } as const;
    const id = 'elsewhere/1/recover/restore#1';
    const rest = { at: now, by: 'muster', channel: 'engine' } as const;
    runs.events_ = [{ seq: 1, ...rest, type: 'ended', try: id, ...lost } as unknown as Event];
    const { code, out } = await type(['steps'], runs);
    expect(code).toBe(3);
    expect(out).toMatch(/RUNNING +elsewhere\/1\/recover\/restore#1 +GIVEN UP/);
    expect(out.match(/GIVEN UP/g)).toHaveLength(1);
    expect(out).toContain('Given up: its run goes on without it');
    const { out: data } = await type(['steps', '--output', 'json'], runs);
    const { steps } = JSON.parse(data) as { steps: readonly { directory: string }[] };
    expect(steps.find((step) => step.directory === directory)).toMatchObject({
      ...{ open: true, orphan: true, givenUp: true },
    });
    runs.events = () => Promise.reject(new ClientFailure('no-worker', 'no worker answered'));
    const silent = await type(['steps'], runs);
    expect(silent.out).not.toContain('GIVEN UP');
    expect(silent.err).toContain(`Whether ${halfway.run} still waits for its steps here nobody can say`);
    for (const name of [id, 'at-work/1/recover/restore#1'])
      await rm(await makeStepDirectory(home, { run: halfway.run, try: name }), { recursive: true });
  });

  it('marks nothing where no service is there, or another one than the worker of this host serves', async () => {
    const none = await type(['steps'], new MemoryRuns(halfway), { there: () => undefined });
    expect(none).toMatchObject({ code: 7, err: expect.stringContaining('none runs on this machine') });
    const there = (runs: Runs) => ({ runs, differs: 'the worker serves another one' });
    const other = await type(['steps'], new MemoryRuns(halfway), { there });
    expect(other).toMatchObject({ code: 7, err: expect.stringContaining('the worker serves another one') });
    for (const { out } of [none, other]) {
      expect(out).toContain('gone-1');
      expect(out).not.toContain('ORPHAN');
    }
  });

  it('shows what is set aside where a full disk has cut off the notes, and names what it cannot read', async () => {
    const place = join(home, 'torn.aside-0123456789ab');
    const directory = await stepOf('gone-1', 'torn', {});
    const work = join(directory, 'work');
    await writeFile(join(work, 'aside.jsonl'), '{"run":"go\n');
    await writeFile(join(work, 'made.jsonl'), '"/tmp/x');
    const context = { run: 'gone-1', try: 'torn/1/recover/restore#1', workDirectory: work };
    await noteSetAside({ kind: 'directory', place, replaced: join(home, 'torn') }, context);
    await mkdir(place);
    const { code, out, err } = await type(['steps', '--set-aside'], new MemoryRuns(halfway));
    expect(code).toBe(0);
    expect(out).toContain(place);
    expect(err).toContain(`Line 1 of ${join(work, 'aside.jsonl')} cannot be read`);
    expect(err).not.toContain('made.jsonl');
    await rm(directory, { recursive: true });
  });

  it('shows them when the service is gone, and calls none an orphan then', async () => {
    const runs = new MemoryRuns(halfway);
    runs.list = () => Promise.reject(new ClientFailure('unreachable', 'nobody answers'));
    const { code, out, err } = await type(['steps'], runs);
    expect(code).toBe(7);
    expect(out).toContain('UNKNOWN');
    expect(out).not.toContain('ORPHAN');
    expect(err).toContain('nobody answers');
    expect((await type(['steps', '--offline'], runs)).code).toBe(0);
  });
});

describe('where people look', () => {
  const orphan = (name: string) => ({
    ...{ run: 'gone-1', try: `${name}/1/recover/restore#1`, action: 'files.restore' },
    ...{ directory: join(home, name), state: 'running' as const, since: 1 },
  });
  const shown = async () =>
    Promise.all(
      [['list'], ['status'], ['watch']].map(async (argv) => {
        const typed = await type(argv, new MemoryRuns(halfway), {
          ...(argv[0] === 'watch' && { keys: [{ text: 'q', name: 'q', ctrl: false }] }),
        });
        return `${typed.out}${typed.err}`;
      }),
    );

  it('is one line where the worker of this host found orphans, and none where it found none', async () => {
    for (const text of await shown()) expect(text).not.toContain('ORPHANS');
    await writeOrphanReport(home, { format: 1, lookedAt: now, orphans: [orphan('a'), orphan('b')] });
    const line = /ORPHANS on this host: 2 steps that no run waits for \(seen \d\d:\d\d\): muster steps/;
    for (const text of await shown()) expect(text).toMatch(line);
    await writeOrphanReport(home, { format: 1, lookedAt: now, orphans: [] });
    for (const text of await shown()) expect(text).not.toContain('ORPHANS');
  });
});
