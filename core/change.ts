import type { NodeId, Path, Person, TryId } from './names.ts';
import type { KeyId } from './roster.ts';
import type { Instant } from './units.ts';
import type { Scalar } from './value.ts';

/** A worker host that systems are bound to: its random id, the name people know it by, its own task queue. */
export interface Host {
  readonly id: string;
  readonly name: string;
  readonly taskQueue: string;
}

export type Outputs = Readonly<Record<string, Scalar>>;

export type MomentName = 'disruption' | 'detection' | 'declaration';

/**
 * What becomes of a worker host that says nothing, only from an ask: it is waited for; what is under way there of one node is
 * given up; the host is given up, and another one takes its place; and the node begins again there.
 */
export type HostChange = 'awaitHost' | 'abandon' | 'rebind' | 'anew';

/** All that people can alter in a run. */
export type Change =
  | {
      readonly on: 'run';
      readonly set: 'hold' | 'resume' | 'cancel' | 'kill' | 'standDown' | 'rollback' | 'abort';
    }
  | {
      readonly on: 'node';
      readonly node: NodeId;
      readonly set: 'leaveOut' | 'goOn' | 'wait' | 'accept' | 'askAgain' | HostChange;
      readonly without?: NodeId;
    }
  | {
      readonly on: 'step';
      readonly path: Path;
      readonly set: 'pass' | 'retry' | 'done' | 'skip' | 'stop' | 'fail' | 'wait' | 'breakGlass';
      /** The try that is meant; a change that names an older try is refused. */
      readonly try?: TryId;
      readonly outputs?: Outputs;
    }
  | { readonly on: 'record'; readonly set: { readonly moment: MomentName; readonly at: Instant } }
  | { readonly on: 'record'; readonly set: { readonly note: string } }
  /** The command is offered to somebody; who was offered it accepts. Without a roster the first is enough. */
  | { readonly on: 'record'; readonly set: { readonly commander: Person } }
  | { readonly on: 'record'; readonly set: { readonly command: 'accept' } }
  /** All are asked whether they are there; one says so. */
  | { readonly on: 'record'; readonly set: { readonly rollcall: true } }
  | { readonly on: 'record'; readonly set: { readonly present: true } }
  | { readonly on: 'record'; readonly set: { readonly revoke: KeyId } };
