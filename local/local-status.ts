import { join } from 'node:path';
import { guardedIdentity } from './guarded-process.ts';
import { musterHome } from './home.ts';
import { localProcesses, readState } from './local-state.ts';

/** What runs on this machine; pids of what does not run are left out. */
export interface LocalStatus {
  readonly home: string;
  readonly parent?: number;
  readonly server?: number;
  readonly worker?: number;
  /** Where the server answers, if it runs. */
  readonly address?: string;
  /** What does not stay up, and why. */
  readonly trouble?: string;
}

/** Looks at the processes of this state directory; starts nothing. */
export function localStatus(): LocalStatus {
  const home = musterHome();
  const directory = join(home, 'local');
  const processes = localProcesses(directory);
  const pid = (name: keyof typeof processes) => {
    const identity = guardedIdentity(processes[name]);
    return identity && { [name]: identity.pid };
  };
  const state = readState(directory);
  const server = pid('server');
  return {
    home,
    ...pid('parent'),
    ...server,
    ...pid('worker'),
    ...(server && state?.address && { address: state.address }),
    ...(state?.trouble && { trouble: state.trouble }),
  };
}
