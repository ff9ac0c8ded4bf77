import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { markerFile, runToken } from '../../actions/marker.ts';
import { asideNote, noteSetAside } from '../../actions/set-aside.ts';
import { isAlive, type ProcessIdentity } from '../../actions/process-identity.ts';
import { createStop } from '../../activities/stop.ts';
import { makeStepDirectory, stepDirectory } from '../../host/step-directory.ts';
import { whereMountable, whileMounted } from './bind-mount.ts';
import { observer, shellStep, step, testHome, until } from '../host/harness.ts';

const home = await testHome();
let runs = 0;
const newRun = () => `rehearsal-${(runs += 1)}`;

const sweep = (run: string) => step({ action: 'cleanup.sweep', with: {} }, { run });

/** A directory with something in it, marked as made by a run. */
async function directory(name: string, run?: string): Promise<string> {
  const place = join(home, name);
  await mkdir(join(place, 'deep'), { recursive: true });
  await writeFile(join(place, 'deep', 'file'), 'data');
  if (run) {
    await writeFile(join(place, markerFile), JSON.stringify({ run, token: runToken(run), try: 't' }));
  }
  return place;
}

/** What a step of the run reported to have made. */
async function reported(run: string, made: readonly string[]): Promise<void> {
  const place = await makeStepDirectory(home, { run, try: 'db/1/recover/restore#1' });
  await writeFile(
    join(place, 'report.json'),
    JSON.stringify({ outcome: 'passed', outputs: {}, found: { made } }),
  );
}

describe('the sweep of a run', () => {
  it('removes what bears the marker of this run, and says what it left and why', async () => {
    const run = newRun();
    const [mine, theirs, unmarked] = await Promise.all([
      directory('mine', run),
      directory('theirs', 'another-run'),
      directory('unmarked'),
    ]);
    const link = join(home, 'link');
    await symlink(mine, link);
    await reported(run, [link, mine, theirs, unmarked, join(home, 'gone'), 'database shop_x']);
    const { perform } = await observer(home);
    const result = await perform(sweep(run));
    expect(result.outcome).toBe('passed');
    expect([mine, theirs, unmarked].map(existsSync)).toEqual([false, true, true]);
    expect(result.found.made).toEqual([
      `${link}: it is no directory, and bears no marker`,
      `${theirs}: it bears the marker of run another-run`,
      `${unmarked}: it bears no marker`,
      'database shop_x: it is no directory, remove it by hand',
    ]);
  });

  it('never removes old data that the run has set aside, but what it made itself and replaced by a later try', async () => {
    const run = newRun();
    const place = await makeStepDirectory(home, { run, try: 'db/1/recover/restore#1' });
    const context = { run, try: 'db/1/recover/restore#1', workDirectory: join(place, 'work') };
    const [old, own] = await Promise.all([directory('old.aside-1'), directory('own.aside-1', run)]);
    for (const aside of [old, own])
      await noteSetAside({ kind: 'directory', place: aside, replaced: join(home, 'db') }, context);
    const { found } = await (await observer(home)).perform(sweep(run));
    expect([old, own].map(existsSync)).toEqual([true, false]);
    expect(existsSync(asideNote(own))).toBe(false);
    expect(found.made).toEqual([expect.stringMatching(/^\S+old\.aside-1: it is old data, set aside at 20/)]);
  });

  it('reads what a full disk has cut off, and names a line that nobody can read', async () => {
    const run = newRun();
    const place = await makeStepDirectory(home, { run, try: 'db/1/recover/restore#1' });
    const [mine, other] = await Promise.all([directory('torn', run), directory('torn-2', run)]);
    const half = '{"run":"re';
    const made = `${JSON.stringify(mine)}\n${half}\n7\n${JSON.stringify(other)}\n"/tmp/x`;
    await writeFile(join(place, 'work', 'made.jsonl'), made);
    for (const name of ['aside', 'servers', 'databases'])
      await writeFile(join(place, 'work', `${name}.jsonl`), `${half}\n{}\n${half}`);
    const { perform } = await observer(home);
    const sweeping = step({ action: 'cleanup.sweep', with: {} }, { run });
    const result = await perform(sweeping);
    expect(result.outcome).toBe('passed');
    expect(result.found.made).toEqual([]);
    expect([mine, other].map(existsSync)).toEqual([false, false]);
    const log = await readFile(join(stepDirectory(home, { run, try: sweeping.try }), 'log'), 'utf8');
    expect(log).toMatch(/Line 2 of \S+made\.jsonl cannot be read/);
    expect(log).toMatch(/Line 3 of \S+made\.jsonl cannot be read/);
    for (const name of ['aside', 'servers', 'databases'])
      expect(log).toMatch(new RegExp(`Line 1 of \\S+${name}\\.jsonl`));
    expect(log).not.toContain('Line 5 of');
  });

  it('leaves a directory whose marker cannot be read', async () => {
    const run = newRun();
    const half = await directory('half');
    await writeFile(join(half, markerFile), '{"run": "reh');
    await reported(run, [half]);
    await (await observer(home)).perform(sweep(run));
    expect(existsSync(half)).toBe(true);
  });

  it('ends the servers that the run started, which outlive their steps, and no one else’s', async () => {
    const [run, other] = [newRun(), newRun()];
    const { perform } = await observer(home);
    const serve = async (of: string): Promise<ProcessIdentity> => {
      const identity = join(home, `server-of-${of}`);
      const argv = ['sh', '-c', 'while :; do sleep 1; done'];
      const started = step({ action: 'process.start', with: { argv, identity } }, { run: of });
      expect(await perform(started)).toMatchObject({ outcome: 'passed' });
      // Stopping the step that started it is over does not reach the server.
      await createStop({ home })({ run: of, try: started.try, grace: 0 });
      return JSON.parse(await readFile(identity, 'utf8')) as ProcessIdentity;
    };
    const [mine, theirs] = [await serve(run), await serve(other)];
    expect([isAlive(mine), isAlive(theirs)]).toEqual([true, true]);
    expect(await perform(sweep(run))).toMatchObject({ outcome: 'passed' });
    expect([isAlive(mine), isAlive(theirs)]).toEqual([false, true]);
  });

  it('reaches what a command left behind by itself, but no step that is under way', async () => {
    const run = newRun();
    const { perform } = await observer(home);
    const [left, go] = [join(home, 'left'), join(home, 'go')];
    const daemon = `setsid sh -c 'echo $$ >${left}; while :; do sleep 0.1; done' >/dev/null 2>&1 &`;
    await perform(shellStep(`${daemon} until [ -s ${left} ]; do sleep 0.05; done`, { run }));
    const running = join(home, 'running');
    const performing = perform(
      shellStep(`echo $$ >${running}; until [ -e ${go} ]; do sleep 0.05; done`, { run }),
    );
    await until(() => existsSync(running));
    expect(await perform(sweep(run))).toMatchObject({ outcome: 'passed' });
    const alive = async (file: string) => existsSync(`/proc/${(await readFile(file, 'utf8')).trim()}/exe`);
    expect([await alive(left), await alive(running)]).toEqual([false, true]);
    await writeFile(go, '');
    expect(await performing).toMatchObject({ outcome: 'passed' });
  });
});

whereMountable('a bind mount', () => {
  it('is not gone through by the sweep, though it is of the same file system', async () => {
    const run = newRun();
    const [mine, live] = [await directory('mine that holds one', run), await directory('live')];
    await symlink(home, join(home, 'way'));
    const places = [mine, join(home, 'way', 'mine that holds one')];
    await reported(run, places);
    const at = join(mine, 'deep', 'mnt');
    const { perform } = await observer(home);
    const { found } = await whileMounted(live, at, () => perform(sweep(run)));
    expect(found.made).toEqual(
      places.map((one) => `${one}: something is mounted at ${at}: unmount it first`),
    );
    expect([live, mine].map((one) => existsSync(join(one, 'deep', 'file')))).toEqual([true, true]);
    expect(await perform(sweep(run))).toMatchObject({ outcome: 'passed', found: { made: [] } });
    expect([live, mine].map(existsSync)).toEqual([true, false]);
  });
});
