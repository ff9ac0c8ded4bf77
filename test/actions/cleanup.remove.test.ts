import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/cleanup.remove/describe.ts';
import { run } from '../../actions/cleanup.remove/run.ts';
import { besideOf, removeOldBuilds } from '../../actions/destination.ts';
import { writeMarker } from '../../actions/marker.ts';
import { asideNote } from '../../actions/set-aside.ts';
import { swapIn } from '../../actions/swap.ts';
import { whereMountable, whileMounted } from './bind-mount.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';

let directory: string;
let destination: string;
let restoring: TestContext;
let cleaning: TestContext;

function put(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(join(folder, 'a'), 'data');
}

/** A restore that replaced something; what it set aside. */
async function restored(): Promise<string> {
  const beside = besideOf(destination, restoring);
  put(destination);
  put(beside.build);
  await writeMarker(beside.build, restoring);
  await swapIn(beside, restoring);
  return beside.aside;
}

const remove = (...places: string[]) =>
  run(description.input.parse({ run: restoring.run, places }), cleaning);

beforeEach(() => {
  directory = temporaryDirectory();
  destination = join(directory, 'uploads');
  restoring = contextOf(directory, { name: 'uploads/1/recover/restore#1' });
  cleaning = contextOf(directory, { run: 'cleanup-1', name: 'set-aside/1/recover/delete#1' });
});

describe('cleanup.remove', () => {
  it('deletes what the run set aside, with its note, and may be done again', async () => {
    const aside = await restored();
    expect((await remove(aside)).findings).toEqual({ value: 1, removed: 1, left: 0 });
    expect([aside, asideNote(aside)].map(fs.existsSync)).toEqual([false, false]);
    expect(fs.existsSync(join(destination, 'a'))).toBe(true);
    expect((await remove(aside)).outputs).toEqual({ removed: 1 });
  });

  it('deletes a build that the run never finished, and leaves what it restored and is in use', async () => {
    const { build } = besideOf(destination, contextOf(directory, { name: 'uploads/1/recover/restore#2' }));
    await restored();
    put(build);
    await writeMarker(build, restoring);
    await expect(remove(build, destination)).rejects.toThrow(
      `1 of 2 deleted, 1 left. ${destination}: nothing says that shop-1 has set it aside.`,
    );
    expect([build, destination].map(fs.existsSync)).toEqual([false, true]);
  });

  it('leaves what another run set aside, what nobody did, and what a server works in; the rest is deleted', async () => {
    const aside = await restored();
    const [theirs, old] = [join(directory, 'x.aside-000000000000'), join(directory, 'old')];
    put(old);
    put(theirs);
    fs.copyFileSync(asideNote(aside), asideNote(theirs)); // A note that was carried here says another place.
    const child = spawn('sleep', ['60'], { cwd: aside });
    await once(child, 'spawn');
    await expect(remove(aside, theirs, old)).rejects.toMatchObject({
      message: expect.stringContaining(`${aside}: process ${child.pid} works in it`),
      findings: { value: 0, removed: 0, left: 3 },
    });
    child.kill();
    await once(child, 'exit');
    await expect(remove(aside, theirs, old)).rejects.toThrow('1 of 3 deleted, 2 left');
    expect([aside, theirs, old].map(fs.existsSync)).toEqual([false, true, true]);
  });
});

whereMountable('a bind mount', () => {
  it('is not gone through, though it is of the same file system', async () => {
    const aside = await restored();
    const live = join(directory, 'live');
    put(live);
    const at = join(aside, 'mnt');
    await whileMounted(live, at, () =>
      expect(remove(aside)).rejects.toThrow(`${aside}: something is mounted at ${at}: unmount it first`),
    );
    expect([live, aside].map((one) => fs.existsSync(join(one, 'a')))).toEqual([true, true]);
    expect((await remove(aside)).outputs).toEqual({ removed: 1 });
  });

  it('keeps the build that holds it from being removed', async () => {
    const beside = besideOf(destination, contextOf(directory, { name: 'uploads/1/recover/restore#2' }));
    const live = join(directory, 'live');
    for (const one of [beside.build, live]) put(one);
    await writeMarker(beside.build, restoring);
    const at = join(beside.build, 'mnt');
    await whileMounted(live, at, () =>
      expect(removeOldBuilds(beside, restoring.run)).rejects.toThrow(`${at} is mounted in ${beside.build}`),
    );
    expect(fs.existsSync(join(live, 'a'))).toBe(true);
  });
});
