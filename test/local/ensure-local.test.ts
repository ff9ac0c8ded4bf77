import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { ensureLocal, reviveLocal, type Temporal } from '../../local/ensure-local.ts';
import { ServiceStopped } from '../../local/local-failure.ts';
import { localStatus } from '../../local/local-status.ts';
import { namespaceLack } from '../../local/prepare-namespace.ts';
import { stayUp } from '../../local/stay-up.ts';
import { stopLocal } from '../../local/stop-local.ts';
import { built } from '../support/built.ts';
import { serverAddress } from '../support/temporal.ts';

const searchAttributes = { MusterMode: 'KEYWORD' } as const;

describe('Temporal on this machine', () => {
  const before = { ...process.env };
  let home: string;
  const said: string[] = [];
  const ensure = () => ensureLocal({ onProgress: (line) => said.push(line), searchAttributes });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'muster-local-'));
    for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
    process.env['MUSTER_HOME'] = home;
    process.env['TEMPORAL_CONFIG_FILE'] = join(home, 'no-profile.toml');
    await built('local/parent-main.js');
    await serverAddress(); // fetches the server where there is none yet, which takes minutes once
  }, 15 * 60_000);
  afterAll(async () => {
    await stopLocal();
    process.env = { ...before };
    rmSync(home, { recursive: true });
  }, 60_000);

  /** Waits until all three run and the ones named have been replaced. */
  async function revived(killed: Partial<ReturnType<typeof localStatus>>) {
    for (;;) {
      const status = localStatus();
      const { server, worker } = status;
      if (server && worker && server !== killed.server && worker !== killed.worker) return status;
      await sleep(50);
    }
  }

  it('is started once by three that need it at the same time', async () => {
    const temporals = await Promise.all([ensure(), ensure(), ensure()]);
    expect(new Set(temporals.map(({ address }) => address)).size).toBe(1);
    expect(temporals[0]).toMatchObject({ source: 'embedded', namespace: 'default', home });
    const { parent, server, worker } = localStatus();
    expect([parent, server, worker].every((pid) => pid !== undefined)).toBe(true);
  });

  it('listens on loopback only', () => {
    const listening = (file: string, pid: number | undefined) =>
      readFileSync(`/proc/${pid}/net/${file}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === '0A')
        .map((fields) => fields[1] ?? '');
    const { server, address = '' } = localStatus();
    const port = Number(address.split(':')[1]).toString(16).toUpperCase().padStart(4, '0');
    const ours = [...listening('tcp', server), ...listening('tcp6', server)].filter((local) =>
      local.endsWith(`:${port}`),
    );
    expect(ours).toEqual([`0100007F:${port}`]);
  });

  it('keeps what ended for ninety days and knows our search attributes', async () => {
    const { address } = await ensure();
    const connection = await Connection.connect({ address });
    const lack = await namespaceLack(connection, 'default', searchAttributes);
    await connection.close();
    expect(lack).toEqual({ searchAttributes: [] });
  });

  it('says nothing when it is up already', async () => {
    said.length = 0;
    await ensure();
    expect(said).toEqual([]);
  });

  it('comes back at the same address when the server is killed, and so does a killed worker', async () => {
    const { address, server = 0, worker = 0 } = localStatus();
    process.kill(server, 'SIGKILL');
    expect(await revived({ server })).toMatchObject({ address });
    process.kill(worker, 'SIGKILL');
    expect(await revived({ worker })).toMatchObject({ address });
  });

  it('goes on when its parent is killed, and the next one takes over what runs', async () => {
    const { parent = 0, server, worker } = localStatus();
    process.kill(parent, 'SIGKILL');
    while (localStatus().parent !== undefined) await sleep(20);
    expect(localStatus()).toMatchObject({ server, worker });
    await ensure();
    const now = localStatus();
    expect(now).toMatchObject({ server, worker });
    expect(now.parent).not.toBe(parent);
  });

  it('keeps its id and what it knows when it is stopped and started', async () => {
    const { hostId }: Temporal = await ensure();
    expect(await stopLocal()).toEqual(['parent', 'temporal-server', 'worker']);
    expect(localStatus()).toEqual({ home });
    expect(await ensure()).toMatchObject({ hostId });
  });

  it('is brought back for those who kept it up, but not after somebody stopped it on purpose', async () => {
    const options = { onProgress: () => undefined, searchAttributes };
    const before = await ensure();
    process.kill(localStatus().parent ?? 0, 'SIGKILL');
    while (localStatus().parent !== undefined) await sleep(20);
    await reviveLocal(options, before);
    expect(localStatus().parent).toBeDefined();

    const watching = stayUp(options, { signal: new AbortController().signal, onUp: () => undefined });
    await stopLocal();
    expect(await watching).toEqual([]);
    await expect(reviveLocal(options, before)).rejects.toThrow(ServiceStopped);
    expect(localStatus()).toEqual({ home });
    expect(await ensure()).toMatchObject({ source: 'embedded' });
  });

  it('starts nothing where a service is configured', async () => {
    await stopLocal();
    const temporal = await ensureLocal({
      onProgress: (line) => said.push(line),
      searchAttributes,
      flags: { address: 'cluster.example:7233' },
    });
    expect(temporal).toMatchObject({ source: 'flag', address: 'cluster.example:7233' });
    expect(localStatus()).toEqual({ home });
  });
});
