import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureLocal } from '../../local/ensure-local.ts';
import { localStatus } from '../../local/local-status.ts';
import { readServed, servesFile, writeServed } from '../../local/serves.ts';
import { serviceThere } from '../../local/service-there.ts';

const before = { ...process.env };
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'muster-serves-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
  process.env['TEMPORAL_CONFIG_FILE'] = join(home, 'no-profile.toml');
  process.env['MUSTER_HOME'] = home;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(home, { recursive: true });
});

const served = { address: '127.0.0.1:7999', namespace: 'recovery' };

describe('the service that is asked about a state directory', () => {
  it('is none where nothing is configured, runs, or was ever served', () => {
    expect(serviceThere({})).toBeUndefined();
  });

  it('is the one that its worker serves, where nothing is configured', () => {
    writeServed(home, served);
    expect(serviceThere({})).toEqual({
      ...{ connectionOptions: { address: served.address }, namespace: served.namespace },
    });
  });

  it('is the configured one, which differs in words where the worker serves another', () => {
    process.env['TEMPORAL_ADDRESS'] = 'localhost:7999';
    process.env['TEMPORAL_NAMESPACE'] = 'recovery';
    expect(serviceThere({})).not.toHaveProperty('differs');
    writeServed(home, served);
    expect(serviceThere({})).not.toHaveProperty('differs');
    expect(serviceThere({ namespace: 'other' })?.differs).toContain('namespace recovery');
    expect(serviceThere({ address: 'temporal.example:7233' })).toMatchObject({
      connectionOptions: { address: 'temporal.example:7233' },
      differs: expect.stringContaining(servesFile(home)),
    });
  });

  it('is not started beside it: whoever does not name it is told how', async () => {
    writeServed(home, served);
    const starting = ensureLocal({ onProgress: () => undefined, searchAttributes: {} });
    await expect(starting).rejects.toThrow(/TEMPORAL_ADDRESS=127\.0\.0\.1:7999 TEMPORAL_NAMESPACE=recovery/);
    expect(localStatus().parent).toBeUndefined();
  });

  it('is not known from what somebody spoilt', () => {
    writeFileSync(servesFile(home), '{"format":1,"addr');
    expect(readServed(home)).toBeUndefined();
  });
});
