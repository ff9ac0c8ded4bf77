import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownIdentity } from '../../local/process-identity.ts';
import { writeIntent } from '../../host/intent.ts';
import { readOrphanReport } from '../../host/orphan-report.ts';
import { makeStepDirectory } from '../../host/step-directory.ts';
import { reap, Reaper } from '../../worker/reaper.ts';
import { until } from '../host/harness.ts';

let home: string;
let open: Set<string>;
let asked: number;
let log: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-reaper-'));
  [open, asked, log] = [new Set(['shop-1']), 0, []];
});
afterEach(() => rm(home, { recursive: true }));

const given = () => ({
  home,
  openRuns: () => Promise.resolve(((asked += 1), open)),
  endedTries: () => Promise.resolve(new Set<string>()),
  warn: (line: string) => void log.push(line),
});

/** A try that a host which was restarted has left: nobody knows how it ended. */
async function lostStep(run: string, name = 'orders'): Promise<string> {
  const id = { run, try: `${name}/1/recover/restore#1` };
  const directory = await makeStepDirectory(home, id);
  await writeIntent(directory, { ...id, action: 'files.restore', digest: 'sha256:0' });
  await writeFile(join(directory, 'started'), 'another-boot 1 1\n');
  return directory;
}

const reported = () => readOrphanReport(home)?.orphans.map(({ run }) => run);

describe('the reaper', () => {
  it('reports once, in words and in the state directory, what is an orphan at two looks in a row', async () => {
    await lostStep('shop-1');
    const directory = await lostStep('gone-1', 'uploads\u001b[2J');
    const reaper = new Reaper(given());
    expect(await reaper.look()).toBe(true);
    expect([log, reported()]).toEqual([[], []]);
    expect(await reaper.look()).toBe(false);
    expect(log).toEqual([
      expect.stringMatching(
        /^Orphan: the step uploads\/1\/recover\/restore#1 \(files\.restore\) of gone-1 ended as nobody knows, and its run is not open any more\. .*`muster steps`/,
      ),
    ]);
    expect(readOrphanReport(home)?.orphans).toEqual([
      expect.objectContaining({ run: 'gone-1', action: 'files.restore', directory, state: 'unknown' }),
    ]);
    expect(await reaper.look()).toBe(false);
    expect(log).toHaveLength(1);
  });

  it('takes no step for an orphan whose run Temporal lists a moment later', async () => {
    await lostStep('new-1');
    const reaper = new Reaper(given());
    await reaper.look();
    open.add('new-1');
    expect(await reaper.look()).toBe(false);
    open.delete('new-1'); // It continues as new, and is listed again in a moment.
    expect(await reaper.look()).toBe(true);
    open.add('new-1');
    await reaper.look();
    expect([log, reported()]).toEqual([[], []]);
  });

  it('does not tell of one again after the worker was restarted, and forgets it when it is gone', async () => {
    const directory = await lostStep('gone-1');
    const first = new Reaper(given());
    await first.look();
    await first.look();
    const second = new Reaper(given());
    expect(await second.look()).toBe(false);
    expect(log).toHaveLength(1);
    expect(reported()).toEqual(['gone-1']);
    await rm(directory, { recursive: true });
    await second.look();
    expect(reported()).toEqual([]);
  });

  it('reports what is at work although its run goes on without it, and nothing where that run says nothing', async () => {
    const { bootId, pid, startTicks } = ownIdentity();
    const directory = await lostStep('shop-1');
    await writeFile(join(directory, 'started'), `${bootId} ${pid} ${startTicks}\n`);
    const silent = new Reaper({ ...given(), endedTries: () => Promise.reject(new Error('no worker')) });
    expect(await silent.look()).toBe(false);
    expect(log.splice(0)).toEqual([expect.stringMatching(/^Whether shop-1 still waits .*: no worker$/)]);
    const endedTries = (_run: string, tries: readonly string[]) => Promise.resolve(new Set(tries));
    const reaper = new Reaper({ ...given(), endedTries });
    await reaper.look();
    await reaper.look();
    expect(log).toEqual([
      expect.stringContaining('is at work, and its run gave it up and goes on without it'),
    ]);
    expect(readOrphanReport(home)?.orphans).toMatchObject([{ run: 'shop-1', givenUp: true }]);
  });

  it('asks nothing of the service where nothing is under way', async () => {
    await new Reaper(given()).look();
    await writeFile(join(await lostStep('gone-1'), 'exit'), '0 1\n');
    await new Reaper(given()).look();
    expect(asked).toBe(0);
  });

  it('writes its report anew where somebody spoilt it', async () => {
    await writeFile(join(home, 'orphans.json'), '{"format":1,"orph');
    await new Reaper(given()).look();
    expect(reported()).toEqual([]);
  });

  it('says in the log that a look failed, and ends when it is told to', async () => {
    await lostStep('gone-1');
    const stop = new AbortController();
    const openRuns = () => Promise.reject(new Error('nobody answers at 127.0.0.1:1'));
    const reaping = reap({ ...given(), openRuns }, stop.signal);
    await until(() => log.length > 0);
    stop.abort();
    await reaping;
    expect(log).toEqual([expect.stringMatching(/tried again in 5m: nobody answers at 127\.0\.0\.1:1$/)]);
    await rm(join(home, 'steps'), { recursive: true });
    await mkdir(join(home, 'orphans.json'));
    const again = new AbortController();
    const writing = reap(given(), again.signal);
    await until(() => log.length > 1);
    again.abort();
    await writing;
    expect(log[1]).toContain('EISDIR');
  });
});
