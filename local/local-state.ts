import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guarded } from './guarded-process.ts';
import { builtFile } from './package-root.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** What the parent process tells about itself, in `state.json` of the process directory. */
export interface LocalState {
  readonly parent: ProcessIdentity;
  /** Of the build that parent and worker run. */
  readonly build: string;
  /** Of the server that the database belongs to, e.g. `1.29.7`. */
  readonly version: string;
  /** Of the server, once it has answered for the first time; its successors have the same where they can. */
  readonly address?: string;
  /** What does not stay up, and why: the sentence for people. */
  readonly trouble?: string;
  /** The same for each edge; server and worker do not wait for them. */
  readonly edgeTroubles?: Readonly<Record<string, string>>;
}

/** The three processes of this machine: the parent keeps the other two alive. */
export function localProcesses(directory: string): Record<'parent' | 'server' | 'worker', Guarded> {
  return {
    parent: { directory, name: 'parent' },
    server: { directory, name: 'temporal-server' },
    worker: { directory, name: 'worker' },
  };
}

/** The server's SQLite file. */
export function databaseIn(directory: string): string {
  return join(directory, 'temporal.db');
}

export function readState(directory: string): LocalState | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'state.json'), 'utf8')) as LocalState;
  } catch {
    return undefined; // nothing ever ran here; a half-written file cannot be, it is renamed into place
  }
}

/** Written only when it differs: the parent looks several times a second. */
export function writeState(directory: string, state: LocalState): void {
  const file = join(directory, 'state.json');
  if (JSON.stringify(readState(directory)) === JSON.stringify(state)) return;
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** Names the last time that somebody stopped the service on purpose; the empty text where nobody ever did. */
export function lastStop(directory: string): string {
  try {
    return readFileSync(join(directory, 'stopped'), 'utf8');
  } catch {
    return ''; // nobody did
  }
}

export function recordStop(directory: string): void {
  writeFileSync(join(directory, 'stopped'), randomUUID());
}

/** Held while the parent is started or the service is stopped. */
export function startingOrStopping(directory: string): string {
  return join(directory, 'starting-or-stopping.lock');
}

/** Names the code that is built now: a worker of another build is replaced. */
export function currentBuild(): string {
  return readFileSync(builtFile('build-id'), 'utf8').trim();
}
