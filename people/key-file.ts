import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a person's key is unless somebody says otherwise: `muster/key` in the XDG configuration directory. */
export const usualKeyFile = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'muster', 'key');
