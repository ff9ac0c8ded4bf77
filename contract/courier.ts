import type { Notice } from '../core/notice.ts';
import type { Instant } from '../core/units.ts';
import { isRecord } from './is-record.ts';

/** The run whose plan says where its notices go, and the queue of the host where its secrets are. */
export interface Origin {
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string;
}

/** A notice on its way: the address stays in the plan of the run. */
export interface Handed {
  readonly notice: Notice;
  readonly origin: Origin;
}

/** A notice that is not there yet, or that could not be delivered. */
export interface Delivery extends Handed {
  /** How often it was tried. */
  readonly tries: number;
  /** When it is tried next. */
  readonly nextAt: Instant;
  /** Why the last try failed. */
  readonly problem?: string;
}

export interface Delivered {
  readonly id: string;
  readonly text: string;
  readonly to: string;
  readonly at: Instant;
}

/** All that the courier knows: what waits, what he gave up, and the last ones that arrived. */
export interface CourierState {
  readonly waiting: readonly Delivery[];
  readonly dead: readonly Delivery[];
  readonly delivered: readonly Delivered[];
  /** How many that were given up are not kept any more. */
  readonly forgotten: number;
  /** Somebody ended the courier: what waits is delivered when a run has something to tell again. */
  readonly ended?: true;
}

/** How one try of a delivery ended. `final`: another try would end alike. */
export type DeliveryResult =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly problem: string; readonly final?: true };

/** Whether somebody hands over what can be delivered: whoever reaches Temporal can signal anything. */
export function isHanded(value: unknown): value is Handed {
  if (!isRecord(value) || !isRecord(value['notice']) || !isRecord(value['origin'])) return false;
  const { notice, origin } = value;
  const texts = [notice['id'], notice['to'], notice['type'], notice['text']];
  const places = [origin['workflowId'], origin['runId'], origin['taskQueue']];
  const onQueue = typeof origin['taskQueue'] === 'string' && queueName.test(origin['taskQueue']);
  return (
    onQueue && [...texts, ...places].every(isText) && isRecord(notice['run']) && isText(notice['run']['id'])
  );
}

const longest = 20_000;

/** Another name of a queue could stop the workflow that asks for something there. */
const queueName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;
