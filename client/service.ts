import type { Client } from '@temporalio/client';
import type { Host } from '../core/change.ts';
import type { Instant } from '../core/units.ts';

/** One connection to a Temporal service, with what this machine knows of it. */
export interface Service {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  readonly host?: Host;
  /** Another clock than this machine's, for tests that skip time. */
  readonly now?: () => Promise<Instant>;
}
