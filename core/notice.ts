import type { AskKind } from './ask.ts';
import type { Mode, NodeId, Role, TryId } from './names.ts';
import type { Digest, Instant } from './units.ts';

/** What of a run can be told to others; `asks` with its reminders, its escalations and its end. */
export const noticeKinds = ['start', 'asks', 'budgets', 'failures', 'end'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** Where notices go. Addresses and secrets are `env:NAME`, `file:/PATH`, or (an address) written out. */
export type NoticeTarget =
  | { readonly webhook: { readonly url: string; readonly secret: string } }
  | { readonly teams: { readonly url: string; readonly link?: string } }
  | { readonly command: readonly string[] };

/** Who is told what, by the name of the entry in the runbook. */
export type Notify = NoticeTarget & { readonly on: readonly NoticeKind[] };

export type NoticeType =
  | 'run.began'
  | 'run.ended'
  | 'ask.opened'
  | 'ask.reminded'
  | 'ask.escalated'
  | 'ask.closed'
  | 'people.called'
  | 'budget.at-risk'
  | 'budget.missed'
  | 'node.failed';

/** One thing that one addressee is told. The same id is the same notice, however often it arrives. */
export interface Notice {
  /** Run, number of the event, addressee. */
  readonly id: string;
  /** Name of the entry of `notify`. */
  readonly to: string;
  readonly type: NoticeType;
  readonly at: Instant;
  readonly run: {
    readonly id: string;
    readonly runbook: string;
    readonly title: string;
    readonly mode: Mode;
    readonly from: string;
    readonly to: string;
  };
  /** One sentence for people, the mode and the runbook first. */
  readonly text: string;
  readonly node?: NodeId;
  /** The ask that it is about; what a decision of it must name. */
  readonly ask?: {
    readonly try: TryId;
    readonly kind: AskKind;
    readonly choices: readonly string[];
    readonly rests: Digest;
    readonly closesAt?: Instant;
    /** Of an escalation: who may answer from now on. */
    readonly role?: Role;
  };
}
