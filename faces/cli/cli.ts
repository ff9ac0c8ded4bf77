import type { Colors } from 'picocolors/types.js';
import type { Runs } from '../../client/runs.ts';
import type { Instant, Milliseconds } from '../../core/units.ts';
import type { Terminal } from './terminal.ts';

/** What the global options say. */
export interface Settings {
  readonly output: 'text' | 'json' | 'jsonl';
  readonly debug: boolean;
  /** Flags for the connection; what is not given comes from Temporal's own variables and profiles. */
  readonly address?: string;
  readonly namespace?: string;
  /** The file of the key that signs what is decided. */
  readonly key?: string;
}

/** The runs of a service, and in words why it may not be the one whose steps are here. */
export interface RunsThere {
  readonly runs: Runs;
  readonly differs?: string;
}

/** All that a verb may use: handed in, so that tests hand in their own. */
export interface Cli {
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly paint: Colors;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The login name: what a decision bears unless `--as` says otherwise. It proves nothing. */
  readonly person: string;
  /** The zone in which moments are written, e.g. `Europe/Berlin`. */
  readonly zone: string;
  now(): Instant;
  /** Ends early, without an error, when `signal` aborts. */
  sleep(duration: Milliseconds, signal?: AbortSignal): Promise<void>;
  /** The runs of the service, connected at the first call; the local service is started where none is configured. */
  runs(): Promise<Runs>;
  /** The runs of the service that this state directory belongs to; nothing is started: undefined where there is none. */
  runsThere(): Promise<RunsThere | undefined>;
  /** As `runs`, by a new connection: the local service is revived where it has died. @throws ServiceStopped */
  reconnect(): Promise<Runs>;
}
