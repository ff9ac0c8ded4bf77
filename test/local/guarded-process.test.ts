import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  guardedIdentity,
  lastLines,
  startGuarded,
  stopGuarded,
  type Guarded,
} from '../../local/guarded-process.ts';
import { isAlive, ownIdentity } from '../../local/process-identity.ts';

describe('a process of which there is one per place', () => {
  let place: Guarded;
  beforeEach(() => {
    place = { directory: mkdtempSync(join(tmpdir(), 'muster-guarded-')), name: 'sleeper' };
  });
  afterEach(async () => {
    await stopGuarded(place, 100);
    rmSync(place.directory, { recursive: true });
  });

  it('is started by one of two that try at once', async () => {
    const started = await Promise.all([1, 2, 3].map(() => startGuarded(place, ['sleep', '60'])));
    const identities = started.filter((identity) => identity !== undefined);
    expect(identities).toHaveLength(1);
    expect(guardedIdentity(place)).toEqual(identities[0]);
  });

  it('runs in a session of its own and writes to its log', async () => {
    const identity = await startGuarded(place, ['sh', '-c', 'echo here; exec sleep 60']);
    const session = readFileSync(`/proc/${identity?.pid}/stat`, 'utf8').split(' ')[5];
    expect(Number(session)).toBe(identity?.pid);
    const log = join(place.directory, 'sleeper.log');
    while (existsSync(log) && readFileSync(log, 'utf8') === '') await new Promise(setImmediate);
    expect(readFileSync(log, 'utf8')).toBe('here\n');
  });

  it('leaves its place when it is killed', async () => {
    const first = await startGuarded(place, ['sleep', '60']);
    process.kill(first?.pid ?? 0, 'SIGKILL');
    while (guardedIdentity(place)) await new Promise(setImmediate);
    const second = await startGuarded(place, ['sleep', '60']);
    expect(second).toBeDefined();
    expect(second).not.toEqual(first);
  });

  it('is killed when it does not end by itself', async () => {
    const identity = await startGuarded(place, ['sh', '-c', "trap '' TERM; while :; do sleep 0.1; done"]);
    expect(await stopGuarded(place, 200)).toBe(true);
    expect(identity && isAlive(identity)).toBe(false);
    expect(await stopGuarded(place, 200)).toBe(false);
  });

  it('leaves its last words behind when it does not stay', async () => {
    await startGuarded(place, ['sh', '-c', 'sleep 0.2; echo no disk; exit 3']);
    while (guardedIdentity(place)) await new Promise(setImmediate);
    expect(lastLines(place)).toContain('no disk');
  });

  it('is not confused with another process that has got its pid', () => {
    const { pid, bootId, startTicks } = ownIdentity();
    expect(isAlive({ pid, bootId, startTicks })).toBe(true);
    writeFileSync(join(place.directory, 'sleeper.id'), `${bootId} ${pid} ${Number(startTicks) - 1}`);
    expect(guardedIdentity(place)).toBeUndefined();
    writeFileSync(join(place.directory, 'sleeper.id'), `another-boot ${pid} ${startTicks}`);
    expect(guardedIdentity(place)).toBeUndefined();
  });
});
