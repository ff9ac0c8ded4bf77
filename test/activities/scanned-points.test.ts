import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadAction } from '../../actions/registry.ts';
import { createListPoints } from '../../activities/list-points.ts';
import type { PerformInput } from '../../contract/perform.ts';
import { observer, step, testHome } from '../host/harness.ts';

const home = await testHome();
const withClamav = existsSync('/usr/bin/clamscan') || process.env['CI'] ? describe : describe.skip;

/** What scanners agree to call malware, for tests (eicar.org); in two pieces, so that this file is none. */
const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

const database = join(home, 'own.hdb');
const backup = join(home, 'backup', 'uploads');
const destination = join(home, 'uploads');
const scans = join(home, 'scans.jsonl');
let backups = 0;

/** A backup of a directory that the shop's own files.restore takes, with these files in it. */
async function takeBackup(files: Readonly<Record<string, string>>): Promise<string> {
  await rm(backup, { recursive: true, force: true });
  await mkdir(backup, { recursive: true });
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  for (const [name, text] of Object.entries(files)) await writeFile(join(backup, name), text);
  const manifest = Object.entries(files).map(([name, text]) => `${digest(text)}  ${name}\n`);
  await writeFile(`${backup}.sha256`, manifest.join(''));
  const id = `monday-${(backups += 1)}`;
  await writeFile(`${backup}.json`, JSON.stringify({ id, time: new Date().toISOString() }));
  await writeFile(database, `${md5(eicar)}:${eicar.length}:Eicar-Test\n`);
  return id;
}
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const restore = async () =>
  (await observer(home)).perform(step({ action: 'files.restore', with: { backup, destination } }));

async function scan(point: unknown, more: Partial<PerformInput['call']> = {}) {
  const input = { directory: destination, database, point, copy: backup } as never;
  const call = { action: 'malware.scan', with: input, ...more };
  return (await observer(home)).perform(step(call, { touches: 'nothing' }));
}

async function listed() {
  const signal = new AbortController().signal;
  const list = createListPoints({ home, loadAction, mistrust: () => undefined, signal: () => signal });
  const call = { action: 'files.restore', with: { backup, destination }, site: 'target' } as const;
  const answer = await list({
    calls: [{ path: 'uploads/1/recover/restore', call, enter: [] }],
    ...{ by: 'ada', channel: 'cli' },
  });
  return answer[0] && 'points' in answer[0] ? answer[0].points[0] : answer;
}

withClamav('a recovery point that was restored and scanned', () => {
  it('is listed as scanned where nothing was found, until another takes its place', async () => {
    const id = await takeBackup({ 'order.pdf': 'an order' });
    const restored = await restore();
    expect(restored).toMatchObject({ outcome: 'passed', outputs: { point: id } });
    expect(await listed()).not.toHaveProperty('scanned');
    const before = Date.now();
    const { outcome, found } = await scan(restored.outputs['point']);
    expect({ outcome, found }).toMatchObject({
      outcome: 'passed',
      found: { scanned: { point: id, copy: backup, scanner: 'clamscan' } },
    });
    const point = await listed();
    expect(point).toMatchObject({ id, scanned: expect.any(Number) });
    expect((point as { scanned: number }).scanned).toBeGreaterThanOrEqual(before);
    expect(JSON.parse(await readFile(scans, 'utf8'))).toMatchObject({
      ...{ run: 'run-1', point: id, copy: backup, scanner: 'clamscan', signaturesFrom: expect.any(Number) },
    });
    // Half a line, as a full disk leaves it, hides no other.
    await writeFile(scans, `{"at":1,"po\n${await readFile(scans, 'utf8')}`);
    expect(await listed()).toHaveProperty('scanned');

    // Even where it came to bear the same id.
    await writeFile(`${backup}.json`, JSON.stringify({ id, time: new Date(Date.now() + 1).toISOString() }));
    expect(await listed()).not.toHaveProperty('scanned');
  });

  it('is not, where something was found, whatever the step expects', async () => {
    const id = await takeBackup({ 'invoice.exe': eicar });
    await restore();
    expect(await scan(id)).toMatchObject({ outcome: 'failed' });
    const { outcome, found } = await scan(id, { expect: { infected: { atMost: '1' } } as never });
    expect({ outcome, scanned: found.scanned }).toEqual({ outcome: 'passed', scanned: undefined });
    expect(await listed()).not.toHaveProperty('scanned');
  });

  it('is not, where the step did not find what it expects, or nobody said which point it is', async () => {
    const id = await takeBackup({ 'order.pdf': 'an order' });
    await restore();
    expect(await scan(id, { expect: { scanned: { atLeast: '3' } } as never })).toMatchObject({
      outcome: 'failed',
    });
    const { outcome, found } = await scan(undefined);
    expect(outcome).toBe('failed');
    expect(found.message).toContain('copy: must be there where point is');
    expect(await listed()).not.toHaveProperty('scanned');
  });

  it('says where that could not be written down, and scans nothing anew for it', async () => {
    const id = await takeBackup({ 'order.pdf': 'an order' });
    await restore();
    await rm(scans, { force: true });
    await mkdir(scans);
    const { outcome, found } = await scan(id);
    expect(outcome).toBe('passed');
    expect(found.message).toContain('`muster points` will not know it: EISDIR');
    await rm(scans, { recursive: true });
  });
});
