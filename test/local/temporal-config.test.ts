import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalFailure } from '../../local/local-failure.ts';
import { temporalConfig } from '../../local/temporal-config.ts';

describe('where Temporal is configured', () => {
  const before = { ...process.env };
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-config-'));
    for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
    process.env['TEMPORAL_CONFIG_FILE'] = join(directory, 'temporal.toml');
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(directory, { recursive: true });
  });

  const profile = (text: string) => writeFileSync(join(directory, 'temporal.toml'), text);

  it('is nowhere, unless somebody says so', () => {
    expect(temporalConfig()).toMatchObject({ source: 'none', namespace: 'default' });
  });

  it('is the profile, with its key and namespace', () => {
    profile('[profile.default]\naddress = "cluster:7233"\nnamespace = "dr"\napi_key = "k"\n');
    const { source, namespace, connectionOptions } = temporalConfig();
    expect({ source, namespace }).toEqual({ source: 'profile', namespace: 'dr' });
    expect(connectionOptions).toMatchObject({ address: 'cluster:7233', apiKey: 'k', tls: true });
  });

  it('is the environment rather than the profile, and a flag rather than both', () => {
    profile('[profile.default]\naddress = "from-profile:1"\nnamespace = "from-profile"\n');
    process.env['TEMPORAL_ADDRESS'] = 'from-environment:1';
    const env = temporalConfig();
    expect([env.source, env.connectionOptions.address]).toEqual(['env', 'from-environment:1']);
    const flag = temporalConfig({ address: 'from-flag:1', namespace: 'from-flag' });
    expect([flag.source, flag.connectionOptions.address]).toEqual(['flag', 'from-flag:1']);
    expect([env.namespace, flag.namespace]).toEqual(['from-profile', 'from-flag']);
  });

  it('fails where a profile is named that is not there', () => {
    profile('[profile.default]\naddress = "cluster:7233"\n');
    process.env['TEMPORAL_PROFILE'] = 'nowhere';
    expect(() => temporalConfig()).toThrow(LocalFailure);
  });
});
