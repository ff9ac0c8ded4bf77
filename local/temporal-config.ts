import { loadClientConfigProfile, toClientOptions, type ClientConnectConfig } from '@temporalio/envconfig';
import { LocalFailure } from './local-failure.ts';

/** What was configured, and by what; `none`: nothing was, so Muster runs a server of its own. */
export interface TemporalConfig {
  readonly source: 'flag' | 'env' | 'profile' | 'none';
  /** `{ address, apiKey, tls, metadata }`, for `Connection.connect` and `NativeConnection.connect`. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
}

/**
 * Reads Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`,
 * `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE` and the profile file); a flag wins over the environment, that over the profile.
 * Throws a `LocalFailure` where a profile is named that is not there or cannot be read.
 */
export function temporalConfig(flags: { address?: string; namespace?: string } = {}): TemporalConfig {
  const profile = loadProfile();
  const { connectionOptions, namespace } = toClientOptions({
    ...profile,
    ...(flags.address ? { address: flags.address } : {}),
  });
  const source = flags.address
    ? 'flag'
    : process.env['TEMPORAL_ADDRESS']
      ? 'env'
      : profile.address
        ? 'profile'
        : 'none';
  return { source, connectionOptions, namespace: flags.namespace ?? namespace ?? 'default' };
}

function loadProfile() {
  try {
    return loadClientConfigProfile();
  } catch (cause) {
    throw new LocalFailure(`Temporal's configuration cannot be used: ${(cause as Error).message}`, cause);
  }
}
