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
async function restored(own = restoring, text = 'restored'): Promise<void> {
  const beside = besideOf(destination, own);
  put(beside.build, text);
  await writeMarker(beside.build, own);
  await swapIn(beside, own);
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

  it('goes back over all tries of the run to what was there before the first', async () => {
    put(destination, 'old');
    const tries = [1, 2, 3].map((number) => contextOf(directory, { name: `uploads/${number}/recover/r#1` }));
    for (const [index, own] of tries.entries()) await restored(own, `try ${index + 1}`);
    const { outputs } = await undo();
    expect(read()).toBe('old');
    expect(outputs['putBack']).toBe(true);
    expect(read(String(outputs['undone']))).toBe('try 3');
    expect(tries.slice(1).map((own) => read(besideOf(destination, own).aside))).toEqual(['try 1', 'try 2']);
    expect(await look()).toBe('done');
    expect((await undo()).outputs['undone']).toBeNull();
  });

  it('takes away what two tries have restored where nothing had been before', async () => {
    await restored();
    await restored(contextOf(directory, { name: 'uploads/1/recover/restore#3' }), 'again');
    expect((await undo()).outputs['putBack']).toBe(false);
    expect(fs.existsSync(destination)).toBe(false);
    expect(await look()).toBe('done');
  });

  it.each(['the note of the step', 'the note beside it'])(
    'moves nothing where the old one is gone, by %s',
    async (by) => {
      put(destination, 'old');
      await restored();
      const { aside } = besideOf(destination, restoring);
      fs.renameSync(aside, join(directory, 'elsewhere'));
      if (by === 'the note of the step') fs.rmSync(`${aside}.muster.json`);
      else fs.rmSync(join(restoring.workDirectory, 'aside.jsonl'));
      await expect(undo()).rejects.toThrow(
        `was set aside to ${aside}, and is not there any more. Nothing was moved`,
      );
      expect(read()).toBe('restored');
      expect(await look()).toBe('not-done');
      fs.renameSync(join(directory, 'elsewhere'), aside);
      await undo();
      expect(read()).toBe('old');
    },
  );

  it('refuses the interrupted restore of another run, and touches nothing', async () => {
    put(destination, 'live');
    const { build } = besideOf(destination, { run: 'another-run', try: 't' });
    put(build, 'stale');
    fs.writeFileSync(`${destination}.swap.json`, JSON.stringify({ run: 'another-run', try: 't' }));
    await expect(undo()).rejects.toThrow('muster steps another-run');
    await expect(look()).rejects.toThrow('run another-run (try t) is swapping');
    expect([read(), read(build)]).toEqual(['live', 'stale']);
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
    const journal = { run: context.run, try: context.try, back: restoring.try };
    fs.writeFileSync(`${destination}.swap.json`, JSON.stringify(journal));
    fs.renameSync(destination, besideOf(destination, context).undone);
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
