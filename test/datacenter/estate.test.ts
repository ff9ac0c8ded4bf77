import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const script = 'runbooks/datacenter/datacenter.sh';
const run = promisify(execFile);

const directory = mkdtempSync(join(tmpdir(), 'muster-datacenter-'));
const ports = 24_000 + (process.pid % 300) * 20;
const datacenter = (verb: string, ...more: string[]) =>
  run('bash', [script, verb, directory, ...more], {
    env: { ...process.env, PORTS: String(ports), ORDERS: '200' },
  });
const front = `http://127.0.0.1:${ports + 10}`;

describe('the data centre', () => {
  beforeAll(async () => {
    chmodSync(directory, 0o755);
    await datacenter('up');
  }, 120_000);
  afterAll(async () => {
    if (existsSync(directory)) await datacenter('down');
  }, 60_000);

  it('serves orders at the east, and its second name server has the zone of the first', async () => {
    expect(await (await fetch(`${front}/site`)).text()).toBe('east');
    const { count } = (await (await fetch(`${front}/orders`)).json()) as { count: number };
    expect(count).toBeGreaterThanOrEqual(200);
    const { stdout } = await run('dig', [
      '+short',
      '@127.0.0.1',
      '-p',
      String(ports + 12),
      'site.shop.test',
      'TXT',
    ]);
    expect(stdout.trim()).toBe('"east"');
  });

  it('has a backup of everything, each in the form of its tool', async () => {
    const conf = join(directory, 'pgbackrest', 'pgbackrest.conf');
    const pass = readFileSync(join(directory, 'secrets', 'pgbackrest'), 'utf8').trim();
    const { stdout } = await run('pgbackrest', [`--config=${conf}`, 'info', '--output=json'], {
      env: { ...process.env, PGBACKREST_REPO1_CIPHER_PASS: pass },
    });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'orders', backup: [{ type: 'full' }], status: { code: 0 } },
    ]);
    expect(readdirSync(join(directory, 'backup', 'redis'))).toHaveLength(1);
    expect(readdirSync(join(directory, 'backup', 'restic', 'snapshots'))).toHaveLength(1);
  });

  it('loses the files of a site while its servers run', async () => {
    await datacenter('lose', 'east');
    expect(readdirSync(join(directory, 'east', 'uploads'))).toEqual([]);
    expect(readdirSync(join(directory, 'east', 'redis'))).toEqual([]);
    expect(await (await fetch(`${front}/site`)).text()).toBe('east');
  });

  it('leaves nothing when it is told to end', async () => {
    await datacenter('down');
    expect(existsSync(directory)).toBe(false);
    const named = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && argvOf(pid).includes(directory));
    expect(named).toEqual([]);
  }, 60_000);
});

function argvOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
