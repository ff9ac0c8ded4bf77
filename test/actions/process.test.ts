import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { spawnServer } from '../../actions/detach.ts';
import { identify, isAlive } from '../../actions/process-identity.ts';
import { description as start } from '../../actions/process.start/describe.ts';
import { run as runStart, settle } from '../../actions/process.start/run.ts';
import { description as stop } from '../../actions/process.stop/describe.ts';
import { run as runStop } from '../../actions/process.stop/run.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';

const directory = temporaryDirectory();
const context = contextOf(directory);
const begin = (given: object) => runStart(start.input.parse(given), context);
const end = (given: object) => runStop(stop.input.parse(given), context);
const file = (name: string) => join(directory, name);
const sleeper = ['sleep', '60'];

describe('process.start', () => {
  it('starts a server that is its own session, marked with the run', async () => {
    const identity = file('marked.json');
    const { outputs } = await begin({ argv: sleeper, identity, env: { COLOUR: 'blue' } });
    const pid = Number(outputs['pid']);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
    await end({ identity });
    expect(environment).toEqual(expect.arrayContaining(['COLOUR=blue', `MUSTER_TOKEN=${context.token}`]));
    expect(Number(stat?.[3])).toBe(pid);
  });

  it('starts nothing where the process that its file names still lives', async () => {
    const identity = file('once.json');
    const first = await begin({ argv: sleeper, identity });
    const second = await begin({ argv: sleeper, identity });
    await end({ identity });
    expect(second.outputs).toEqual({ pid: first.outputs['pid'], alreadyRunning: true });
    expect(first.outputs['alreadyRunning']).toBe(false);
  });

  it('starts anew where the pid in its file belongs to another process by now', async () => {
    const identity = file('reused.json');
    writeFileSync(identity, JSON.stringify({ ...identify(process.pid), startTicks: 1 }));
    const { outputs } = await begin({ argv: sleeper, identity });
    await end({ identity });
    expect(outputs['alreadyRunning']).toBe(false);
  });

  it.each(['before it was recorded', 'before its file was written'])(
    'finds the server of a try that was killed %s, and starts no second',
    async (when) => {
      const killed = contextOf(temporaryDirectory(), { name: `system/1/recover/${when}#1` });
      const input = start.input.parse({ argv: ['sh', '-c', 'sleep 60; :'], identity: file(`${when}.json`) });
      const other = contextOf(temporaryDirectory(), { name: 'system/1/recover/other#1' });
      const server = await spawnServer(input.argv, killed, { log: file('log') });
      if (when === 'before it was recorded') rmSync(join(killed.workDirectory, 'servers.jsonl'));
      expect(await settle(input, other)).toBe('not-done');
      expect(await settle(input, killed)).toMatchObject({
        outputs: { pid: server.pid, alreadyRunning: false },
      });
      expect((await runStart(input, other)).outputs).toEqual({ pid: server.pid, alreadyRunning: true });
      await end({ identity: input.identity });
      expect(isAlive(server)).toBe(false);
      expect(await settle(input, killed)).toBe('not-done');
    },
  );

  it('fails with the end of its log where the program ends at once', async () => {
    const failing = begin({
      argv: ['sh', '-c', 'echo port taken >&2; exit 1'],
      identity: file('ended.json'),
    });
    await expect(failing).rejects.toThrow(/ended as soon as it was started.*port taken/);
  });

  it('says that a program is missing', async () => {
    await expect(begin({ argv: ['no-such-server'], identity: file('none.json') })).rejects.toThrow(
      'Cannot start "no-such-server"',
    );
  });

  it('is settled by whether what its file names lives', async () => {
    const identity = file('settled.json');
    const input = start.input.parse({ argv: sleeper, identity });
    const before = await settle(input, context);
    await runStart(input, context);
    const during = await settle(input, context);
    await end({ identity });
    expect([before, during, await settle(input, context)]).toEqual(['not-done', 'done', 'not-done']);
  });
});

describe('process.stop', () => {
  it('stops what its file names, and the second time finds it stopped', async () => {
    const identity = file('stopped.json');
    await begin({ argv: sleeper, identity });
    const first = await end({ identity });
    const second = await end({ identity });
    expect(first.found).toEqual({ alreadyStopped: false });
    expect(second.found).toEqual({ alreadyStopped: true });
  });

  it('kills what does not heed TERM, with all that it started', async () => {
    const identity = file('deaf.json');
    const script = `trap '' TERM; sleep 60 & echo $! > '${file('deaf.child')}'; while :; do sleep 1; done`;
    const { outputs } = await begin({ argv: ['sh', '-c', script], identity });
    const child = identify(Number(readFileSync(file('deaf.child'), 'utf8')));
    const server = identify(Number(outputs['pid']));
    await end({ identity, grace: '200ms' });
    expect([isAlive(server), isAlive(child)]).toEqual([false, false]);
  });

  it('leaves another process alone that got the pid since', async () => {
    const other = spawn('sleep', ['60'], { detached: true });
    await once(other, 'spawn');
    const identity = identify(other.pid as number);
    writeFileSync(file('other.json'), JSON.stringify({ ...identity, startTicks: identity.startTicks - 1 }));
    const { found } = await end({ identity: file('other.json') });
    const lives = isAlive(identity);
    other.kill();
    expect([found, lives]).toEqual([{ alreadyStopped: true }, true]);
  });

  it('refuses where nothing can be proved, or the file names nothing', async () => {
    writeFileSync(file('broken.json'), '{"pid": 1}');
    await expect(end({ identity: file('lost.json') })).rejects.toThrow(
      'nobody can tell which process is meant',
    );
    await expect(end({ identity: file('broken.json') })).rejects.toThrow('does not name a process');
  });

  it('passes only when nothing answers at the address any more', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const whileItServes = end({ identity: file('lost.json'), address });
    await expect(whileItServes).rejects.toThrow(`Something still accepts connections at ${address}`);
    server.close();
    await once(server, 'close');
    expect((await end({ identity: file('lost.json'), address })).found).toEqual({ alreadyStopped: true });
  });
});
