import { statSync } from 'node:fs';
import { join } from 'node:path';
import { edgeConfig, type EdgeName, edgeProcesses, wantedEdges } from './edges.ts';
import { guardedIdentity } from './guarded-process.ts';
import { musterHome } from './home.ts';
import { type LocalState, localProcesses, readState } from './local-state.ts';

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
  /** The edges that are configured. */
  readonly edges?: readonly EdgeStatus[];
}

export interface EdgeStatus {
  readonly name: EdgeName;
  /** The file of its configuration. */
  readonly config: string;
  readonly pid?: number;
  /** That it does not stay up, and why. */
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
  const parent = pid('parent');
  // Nobody writes any more what does not stay up where the parent is gone.
  const edges = edgesOf(home, directory, parent && state?.edgeTroubles);
  return {
    home,
    ...parent,
    ...server,
    ...pid('worker'),
    ...(server && state?.address && { address: state.address }),
    ...(state?.trouble && { trouble: state.trouble }),
    ...(edges.length > 0 && { edges }),
  };
}

/** Since when the server of this state directory runs, in milliseconds since 1970; undefined where none runs here. */
export function serverSince(): number | undefined {
  const { server } = localProcesses(join(musterHome(), 'local'));
  if (!guardedIdentity(server)) return undefined;
  // It is written anew by each server that starts.
  return statSync(join(server.directory, `${server.name}.id`), { throwIfNoEntry: false })?.mtimeMs;
}

function edgesOf(
  home: string,
  directory: string,
  troubles: LocalState['edgeTroubles'] = {},
): readonly EdgeStatus[] {
  const wanted = wantedEdges(home);
  return edgeProcesses(directory).flatMap((place) => {
    const { name } = place;
    if (!wanted.includes(name)) return [];
    const { pid } = guardedIdentity(place) ?? {};
    const trouble = troubles[name];
    return [{ name, config: edgeConfig(home, name), ...(pid && { pid }), ...(trouble && { trouble }) }];
  });
}
