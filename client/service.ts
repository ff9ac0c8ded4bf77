import type { Client } from '@temporalio/client';
import type { Host } from '../core/change.ts';
import type { KeyId } from '../core/roster.ts';
import type { Instant } from '../core/units.ts';

/** One connection to a Temporal service, with what this machine knows of it. */
export interface Service {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  readonly host?: Host;
  /** Signs the bytes of a decision, for runs that have a roster. */
  readonly sign?: Sign;
  /** Another clock than this machine's, for tests that skip time. */
  readonly now?: () => Promise<Instant>;
}

/** The signature over the bytes of a decision, as 128 hexadecimal digits, and the key that made it. */
export type Sign = (bytes: string) => Promise<{ readonly signature: string; readonly keyId: KeyId }>;
