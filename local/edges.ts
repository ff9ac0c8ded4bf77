import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { guardedIdentity, lastLines, startGuarded, stopGuarded, type Guarded } from './guarded-process.ts';
import { keepUp } from './keep-up.ts';
import { builtFile } from './package-root.ts';

/**
 * Verbs that stay and join the runs to something outside. Each is kept up with server and worker wherever its
 * configuration lies in the state directory; a new one is one more name.
 */
export const edges = ['chatops', 'hooks', 'codec-server'] as const;
export type EdgeName = (typeof edges)[number];

/** Where the configuration of an edge lies. */
export const edgeConfig = (home: string, name: EdgeName): string => join(home, `${name}.yaml`);

/** The edges that are configured here. */
export const wantedEdges = (home: string): readonly EdgeName[] =>
  edges.filter((name) => existsSync(edgeConfig(home, name)));

/** The processes of all edges, wanted or not. */
export const edgeProcesses = (directory: string): readonly (Guarded & { readonly name: EdgeName })[] =>
  edges.map((name) => ({ directory, name }));

/** So often in a row an edge has to be started before that is called trouble. */
const patience = 2;

/**
 * Returns a function that is called again and again: it starts the edges that are wanted and not up, ends those that
 * are wanted no more, and returns what does not stay up, and why. It never throws: nothing stands on an edge.
 */
export function edgeKeeper(
  { home, directory }: { readonly home: string; readonly directory: string },
  environment: () => NodeJS.ProcessEnv,
): (now: number) => Promise<Readonly<Record<string, string>>> {
  const kept = edgeProcesses(directory).map((place) => {
    const config = edgeConfig(home, place.name);
    const argv = [process.execPath, builtFile('faces/cli/main.js'), place.name, '--config', config];
    const isWanted = () => existsSync(config);
    const keep = keepUp({
      isUp: () => (guardedIdentity(place) !== undefined) === isWanted(),
      start: async () =>
        void (isWanted() ? await startGuarded(place, argv, environment()) : await stopGuarded(place, 10_000)),
    });
    return { place, config, keep };
  });
  return async (now) => {
    const troubles: Record<string, string> = {};
    for (const { place, config, keep } of kept) {
      const { starts, failure } = await keep(now);
      if (starts < patience) continue;
      const why = failure?.message ?? lastLines(place, 10);
      troubles[place.name] = `muster ${place.name} does not stay up (${config}). ${why}`;
    }
    return troubles;
  };
}
