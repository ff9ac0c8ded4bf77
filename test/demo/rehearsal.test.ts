import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import { type Estate, places, siteOf } from '../../runbooks/shop/estate/layout.ts';
import { confirmedOrders, readLedger, reckon } from '../../runbooks/shop/estate/ledger.ts';
import { prepareEstate } from '../../runbooks/shop/estate/prepare.ts';
import { running } from '../../runbooks/shop/estate/processes.ts';
import { removeEstate, stopCustomers } from '../../runbooks/shop/estate/stop.ts';
import { checksums } from '../../runbooks/shop/estate/checksums.ts';
import { built } from '../support/built.ts';
import { type Ended, Muster } from './muster.ts';

const succeeds = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
};
const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
const hasNamespaces = succeeds('unshare', ...asUser, '--net', '--mount', 'true');
const canTrace = succeeds('strace', '-f', '-o', '/dev/null', 'true');

/** What the shop had before the rehearsal; orders and WAL that arrive meanwhile do not count. */
async function fingerprint(estate: Estate): Promise<Record<string, Record<string, string>>> {
  return {
    uploads: await checksums(siteOf(estate, 'primary').uploads),
    backups: await checksums(join(estate.directory, 'backups')),
  };
}

const whenNamespaces = hasNamespaces ? describe : describe.skip;
const whenTraced = canTrace ? describe : describe.skip;
whenNamespaces('a rehearsal beside the running shop (needs network namespaces)', () => {
  const muster = new Muster();
  const trace = join(muster.home, 'trace');
  let estate: Estate;
  let before: Awaited<ReturnType<typeof fingerprint>>;
  let ordersBefore: number;
  let ended: Ended;

  beforeAll(async () => {
    estate = await prepareEstate({
      directory: join(muster.home, 'shop'),
      cache: join(tmpdir(), 'muster-cache'),
      orders: 1_200,
      uploads: 60,
      tell: () => {},
    });
    before = await fingerprint(estate);
    ordersBefore = readLedger(estate).length;
    const serviceEnded = await startService(muster, trace);
    ended = await muster.run('rehearse', places(estate).runbook, ...rehearsal, '--output', 'json');
    await muster.run('down');
    await serviceEnded();
  }, 15 * 60_000);

  afterAll(async () => {
    await removeEstate(estate);
    await muster.remove();
  }, 60_000);

  it('recovers the shop and proves it', () => {
    expect({ code: ended.code, err: ended.code === 0 ? '' : ended.err }).toEqual({ code: 0, err: '' });
    const run = JSON.parse(ended.out) as RunView;
    expect(run.mode).toBe('rehearsal');
    expect(run.status).toBe('recovered');
    const checks = run.nodes.flatMap((node) => node.checks);
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('cleans up: nothing that it started runs, nothing that it restored is left', () => {
    const { data } = siteOf(estate, 'rehearsal');
    const its = running(estate).filter(({ argv }) => argv.some((word) => word.startsWith(`${data}/`)));
    expect(its).toEqual([]);
    expect(existsSync(data) ? readdirSync(data) : []).toEqual([]);
  });

  it('leaves the uploads, the backups and the WAL archived before as they were', async () => {
    const after = await fingerprint(estate);
    expect(after['uploads']).toEqual(before['uploads']);
    expect(after['backups']).toMatchObject(before['backups']!);
  });

  it('lets the shop take orders all the while, every one of which is there', async () => {
    await confirmedOrders(estate, ordersBefore + 1);
    await stopCustomers(estate);
    const { of } = await reckon(estate, 'primary');
    expect(of.primary.confirmed).toBeGreaterThan(ordersBefore);
    expect(of.primary.lost).toBe(0);
    expect(of.standby.confirmed).toBe(0);
  });

  whenTraced('watched by strace', () => {
    it('opens nothing of the original for writing', async () => {
      const opened = [...(await openedForWriting(trace))];
      const rehearsed = siteOf(estate, 'rehearsal').data;
      // The trace saw the rehearsal at work, so it would have seen this, too.
      expect(opened.some((path) => path.startsWith(`${rehearsed}/`))).toBe(true);
      const original = opened.filter((path) => path.startsWith(`${estate.directory}/`));
      expect(original.filter((path) => !path.startsWith(`${rehearsed}/`))).toEqual([]);
    });
  });
});

describe('a rehearsal whose site can reach the original', () => {
  const muster = new Muster();
  let estate: Estate;

  beforeAll(async () => {
    estate = await prepareEstate({
      directory: join(muster.home, 'shop'),
      cache: join(tmpdir(), 'muster-cache'),
      orders: 1_200,
      uploads: 5,
      tell: () => {},
    });
    const { runbook } = places(estate);
    const text = readFileSync(runbook, 'utf8');
    await writeFile(runbook, text.replace(/ *network: private.*\n/, ''));
  }, 15 * 60_000);

  afterAll(async () => {
    await removeEstate(estate);
    await muster.remove();
  }, 60_000);

  it('fails before anything is restored', async () => {
    const { code, out, err } = await muster.run(
      ...['rehearse', places(estate).runbook, ...rehearsal, '--output', 'json'],
    );
    expect({ code, err: code === 1 ? '' : err }).toEqual({ code: 1, err: '' });
    const run = JSON.parse(out) as RunView;
    expect(run.status).toBe('failed');
    expect(run.nodes.filter(({ startedAt }) => startedAt !== undefined)).toEqual([]);
    expect(readdirSync(siteOf(estate, 'rehearsal').data)).toEqual([]);
  }, 180_000);
});

const rehearsal = ['--from', 'primary', '--to', 'rehearsal', '--param', 'incident=INC-1'];

/** Starts the service, under strace where there is one. Returns when its worker is up, with what awaits the tracer's end. */
async function startService(muster: Muster, trace: string): Promise<() => Promise<unknown>> {
  await built('faces/cli/main.js');
  const calls = '--trace=open,openat,openat2,creat,truncate,unlink,unlinkat,rename,renameat,renameat2';
  const tracer = canTrace ? ['strace', '-ff', '-y', '-s', '4096', '--seccomp-bpf', calls, '-o', trace] : [];
  const [command = '', ...rest] = [...tracer, ...muster.argv('up')];
  const service = spawn(command, rest, { env: muster.environment, stdio: 'ignore' });
  const ended = once(service, 'exit').then(() => true);
  const worker = { directory: join(muster.home, 'local'), name: 'worker' };
  for (let waited = 0; !guardedIdentity(worker) && waited < 60_000; waited += 100) await sleep(100);
  return async () => {
    if (await Promise.race([ended, sleep(60_000, undefined, { ref: false })])) return;
    service.kill(); // a tracer lets go of what it traces, and ends
    throw new Error('what muster up started lives on after muster down');
  };
}

/** Absolute paths that were opened for writing, renamed or removed, tried or done, by any traced process. */
async function openedForWriting(trace: string): Promise<Set<string>> {
  const paths = new Set<string>();
  const directory = dirname(trace);
  const files = readdirSync(directory).filter((name) => name.startsWith(`${basename(trace)}.`));
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(join(directory, file)) })) {
      if (line.startsWith('open') && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line)) continue;
      for (const [, from = '/', path = ''] of line.matchAll(/(?:<([^<>]*)>, )?"((?:[^"\\]|\\.)*)"/g)) {
        paths.add(resolve(from, path));
      }
    }
  }
  return paths;
}
