import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildServer, serverModule } from '../../local/build-server.ts';
import { readyServer } from '../../local/find-server.ts';
import { LocalFailure } from '../../local/local-failure.ts';
import { isAtLeast } from '../../local/server-version.ts';

describe('looking for a Temporal server', () => {
  const before = { ...process.env };
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-find-'));
    process.env['PATH'] = `${directory}:/usr/bin:/bin`;
    process.env['MUSTER_CACHE'] = join(directory, 'cache');
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(directory, { recursive: true });
  });

  /** Puts a program on the PATH that says which version it is. */
  function program(name: string, says: string): string {
    const file = join(directory, name);
    writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const said: string[] = [];
  const look = (made: { madeBy?: string } = {}) =>
    readyServer({ onProgress: (line) => said.push(line), ...made });

  it('takes the temporal on the PATH', async () => {
    const binary = program('temporal', 'temporal version 1.5.1 (Server 1.29.7, UI 2.42.1)');
    expect(await look()).toEqual({ binary, version: '1.29.7', source: 'PATH' });
  });

  it('leaves one aside whose server is too old, and says so', async () => {
    const binary = program('temporal', 'temporal version 1.5.0 (Server 1.29.1, UI 2.42.1)');
    expect(await look()).toBeUndefined();
    expect(said.at(-1)).toBe(`${binary} (server 1.29.1) is not used: it is older than 1.29.2.`);
  });

  it('leaves one aside that may not read the database that is there', async () => {
    const binary = program('temporal', 'temporal version 1.6.0 (Server 1.31.0, UI 2.50.0)');
    expect(await look({ madeBy: '1.31.2' })).toMatchObject({ binary });
    expect(await look({ madeBy: '1.29.7' })).toBeUndefined();
    expect(said.at(-1)).toContain('the database was made by server 1.29.7');
  });

  it('compares versions by number', () => {
    expect(['1.29.2', '1.29.10', '1.30.0', '2.0.0'].map((v) => isAtLeast(v, '1.29.2'))).toEqual(
      Array(4).fill(true),
    );
    expect(['1.29.1', '1.9.9', '0.99.0'].map((v) => isAtLeast(v, '1.29.2'))).toEqual(Array(3).fill(false));
  });

  it('pins a server that is new enough, and the Go that builds it', () => {
    expect(serverModule()).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), go: '1.25.11' });
  });

  it('says which Go is needed where it is too old to fetch another', async () => {
    program('go', 'go1.19.8');
    const building = buildServer(join(directory, 'temporal'), () => undefined);
    await expect(building).rejects.toThrow(LocalFailure);
    await expect(building).rejects.toThrow(
      'Go 1.19.8 is too old; 1.25.11 is needed, or 1.21.0 that can fetch it.',
    );
  });
});
