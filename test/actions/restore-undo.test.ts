import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { besideOf } from '../../actions/destination.ts';
import { writeMarker } from '../../actions/marker.ts';
import { description } from '../../actions/restore.undo/describe.ts';
import { run, settle } from '../../actions/restore.undo/run.ts';
import { readAsideNote } from '../../actions/set-aside.ts';
import { swapIn } from '../../actions/swap.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';

let directory: string;
let destination: string;
let restoring: TestContext;
let context: TestContext;

beforeEach(() => {
  directory = temporaryDirectory();
  destination = join(directory, 'uploads');
  restoring = contextOf(directory, { name: 'uploads/1/recover/restore#2' });
  context = contextOf(directory, { name: 'uploads/1/rollback/undo#1' });
});

function put(folder: string, text: string): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(join(folder, 'a'), text);
}

/** A restore as it leaves things: the new one in its place, marked, the old one aside. */
async function restored(): Promise<void> {
  const beside = besideOf(destination, restoring);
  put(beside.build, 'restored');
  await writeMarker(beside.build, restoring);
  await swapIn(beside, restoring);
}

const undo = () => run(description.input.parse({ destination }), context);
const look = () => settle(description.input.parse({ destination }), context);
const read = (folder = destination) => fs.readFileSync(join(folder, 'a'), 'utf8');

describe('restore.undo', () => {
  it('puts the old directory back, and keeps what was restored', async () => {
    put(destination, 'old');
    await restored();
    expect(read()).toBe('restored');
    const { aside } = besideOf(destination, restoring);
    const said = {
      run: 'shop-1',
      try: restoring.try,
      kind: 'directory',
      place: aside,
      replaced: destination,
    };
    expect(await readAsideNote(aside)).toEqual({ ...said, at: expect.any(Number) });
    expect(await look()).toBe('not-done');
    const { outputs, found } = await undo();
    expect(read()).toBe('old');
    expect(outputs).toMatchObject({ directory: destination, putBack: true });
    expect(read(String(outputs['undone']))).toBe('restored');
    expect(found?.made).toEqual([outputs['undone']]);
    expect(await readAsideNote(String(outputs['undone']))).toMatchObject({ try: context.try });
    expect(await look()).toBe('done');
    expect(fs.readdirSync(directory).filter((name) => name.includes('.aside-'))).toEqual([]);
  });

  it('takes away what was restored where nothing had been before', async () => {
    await restored();
    const { outputs } = await undo();
    expect(fs.existsSync(destination)).toBe(false);
    expect(outputs['putBack']).toBe(false);
  });

  it('leaves alone what no restore of this run has put there', async () => {
    put(destination, 'old');
    expect((await undo()).outputs).toMatchObject({ undone: null, putBack: true });
    const other = { ...contextOf(directory), run: 'another-run' };
    await writeMarker(destination, other);
    expect((await undo()).outputs['undone']).toBeNull();
    expect(read()).toBe('old');
  });

  it('may be done again, and finishes what a crash has left between two renames', async () => {
    put(destination, 'old');
    await restored();
    const { aside } = besideOf(destination, restoring);
    const undone = besideOf(destination, context).aside.replace('.aside-', '.undone-');
    fs.writeFileSync(`${destination}.swap.json`, JSON.stringify({ build: aside, aside: undone }));
    fs.renameSync(destination, undone);
    expect(await look()).toBe('done');
    expect(read()).toBe('old');
    expect((await undo()).outputs['undone']).toBeNull();
  });

  it('refuses while something works in it', async () => {
    put(destination, 'old');
    await restored();
    const child = spawn('sleep', ['60'], { cwd: destination });
    await once(child, 'spawn');
    await expect(undo()).rejects.toThrow(`Process ${child.pid} works in ${destination}`);
    child.kill();
    await once(child, 'exit');
    await undo();
    expect(read()).toBe('old');
  });
});
