import type { Ask } from './ask.ts';
import type { Mode, NodeId, Path } from './names.ts';
import type { Notify } from './notice.ts';
import type { RecoveryPoint } from './recovery-point.ts';
import type { Digest, Instant, Milliseconds } from './units.ts';
import type { Scalar, Value } from './value.ts';

export type NodeKind = 'run' | 'prepare' | 'fence' | 'system' | 'cleanup' | 'rollback' | 'function' | 'gate';

export type Phase =
  'prepare' | 'fence' | 'recover' | 'verify' | 'rollback' | 'cleanup' | 'gate' | 'network' | 'isolation';

/** What a step may change: nothing, data of the estate, other people's systems, or where customers go. */
export type Touches = 'nothing' | 'data' | 'outside' | 'traffic';

/** How a step may be run again. `once` is the strictest and the default of what touches something. */
export type Rerun = 'once' | 'idempotent' | 'resumable';

export interface Objectives {
  /** Recovery time objective: how long the clock may run until it is recovered and verified. */
  readonly rto?: Milliseconds;
  /** Maximum tolerable period of disruption: the second deadline. */
  readonly mtpd?: Milliseconds;
  /** Recovery point objective: how much time's worth of writes may be lost. */
  readonly rpo?: Milliseconds;
}

/** What the processes of a step may take of the worker host together (files: each of them). */
export interface Limits {
  readonly nice?: number;
  readonly files?: number;
  /** In bytes. */
  readonly memory?: number;
  readonly processes?: number;
}

/** One call of an action, its references not yet filled in. */
export interface ActionCall {
  readonly action: string;
  readonly with: { readonly [key: string]: Value };
  /** Finding name, or a comparison of the action's main finding, to what is expected of it. */
  readonly expect?: { readonly [key: string]: Value };
  /** A check is repeated until it passes or this long has gone by. */
  readonly within?: Milliseconds;
  /** A check must go on passing for this long. */
  readonly for?: Milliseconds;
  /** At which site it runs: fences at the source, everything else at the target. */
  readonly site: 'source' | 'target';
  /** It restores one of the recovery points that its action lists: the fields of `with` that say which, and to which moment. */
  readonly points?: { readonly id: string; readonly moment?: string };
  /** The one that it restores. */
  readonly pinned?: PinnedPoint;
}

/** A recovery point that a plan has chosen. */
export interface PinnedPoint extends Omit<RecoveryPoint, 'until'> {
  /** The moment that it brings back; later than `time` where a log is kept as well. */
  readonly at: Instant;
}

interface StepCommon {
  readonly id: string;
  readonly phase: Phase;
  readonly title: string;
  /** How long it is expected to take. */
  readonly takes: Milliseconds;
  /** After this long people are asked (what touches nothing fails instead). Work is never killed for it. */
  readonly timeout: Milliseconds;
  /** People are asked when it has written nothing for so long. */
  readonly quiet?: Milliseconds;
  readonly limits?: Limits;
  readonly occupies: Readonly<Record<string, number>>;
  readonly touches: Touches;
  readonly noReturn: boolean;
  /** It protects something (a fence, an isolation check): `done` and `skip` are refused. */
  readonly guards: boolean;
  /** `abort` ends the run as failed, after its cleanup; `ask` opens the question `failed`. */
  readonly onFail: 'ask' | 'abort';
  /** How often a step that may be run again is tried anew by itself, and how long it waits before each. */
  readonly retries: { readonly count: number; readonly every: Milliseconds };
  /** Asked instead of the question `failed` or `unknown`: people attest what the step could not prove. */
  readonly attest?: Ask;
}

/** A step calls an action or asks people. A step's own gate is an ask step just before it. */
export type Step = StepCommon & ({ readonly do: ActionCall; readonly rerun: Rerun } | { readonly ask: Ask });

export type DoStep = Extract<Step, { do: ActionCall }>;
export type AskStep = Extract<Step, { ask: Ask }>;

export const isDo = (step: Step): step is DoStep => 'do' in step;

/** One of the worker hosts that bear a label, chosen once for all nodes with the same key. */
export interface Placement {
  readonly label: string;
  readonly key: string;
}

/**
 * What a plan is made of. `needs`: must hold before it starts. `wants`: better with it, waited for while it
 * is on its way. `after`: must have ended, however. Steps run one after the other.
 */
export interface PlanNode {
  readonly id: NodeId;
  readonly kind: NodeKind;
  /** The system, gate or function that it belongs to; `run` for the run's own. */
  readonly name: string;
  readonly title: string;
  readonly round: number;
  readonly needs: readonly NodeId[];
  readonly wants: readonly NodeId[];
  readonly after: readonly NodeId[];
  readonly objectives?: Objectives;
  readonly steps: readonly Step[];
  /** Where its steps run; absent: on the host of the run. */
  readonly placement?: Placement;
  /** Only verified, never recovered by this runbook. */
  readonly external?: true;
  /** A system without a verify step: it, and all that stands on it, is never called verified. */
  readonly unverified?: true;
  /** Nothing later than this may come back; absent: the latest that there is. */
  readonly notAfter?: Instant;
  /** Of a system that writes, where there is an old copy: why no fence is needed. */
  readonly unfenced?: string;
}

export interface Site {
  readonly name: string;
  readonly vars: Readonly<Record<string, string>>;
  /** The argv that leads into the site; empty: the worker host itself. */
  readonly enter: readonly string[];
  /** The label of the worker hosts that work there; absent: the host of the run. */
  readonly runsOn?: string;
  readonly isolated?: {
    readonly network?: 'private';
    readonly cannotReach: readonly string[];
    readonly proved: boolean;
  };
}

/** Something about a plan that its reader must know before starting it. */
export interface Weakness {
  readonly code:
    | 'unfenced'
    | 'unverified'
    | 'isolation-not-proved'
    | 'unproved-names'
    | 'budget-cannot-be-met'
    | 'child-budget'
    | 'child-takes-longer'
    | 'loss-too-large'
    | 'point-not-pinned'
    | 'backup-left-out'
    | 'gate-left-out'
    | 'not-rehearsed'
    | 'nothing-cleaned-up';
  readonly about: string;
  readonly text: string;
}

export type QuestionKind = 'failed' | 'unknown' | 'slow' | 'gone' | 'want' | 'loss' | 'proposal';

export interface ConsistencyGroup {
  readonly systems: readonly NodeId[];
  readonly within: Milliseconds;
}

/** A runbook compiled with parameters, sites, scope and mode: all that a run works from. */
export interface Plan {
  readonly format: 1;
  readonly revision: number;
  /** Over the canonical JSON of everything but `digest` and `compiledAt`. */
  readonly digest: Digest;
  readonly compiledAt: Instant;
  readonly runbook: {
    readonly name: string;
    readonly title: string;
    readonly owner: string;
    readonly digest: Digest;
  };
  /** Of the roster whose people decide; a run of the plan has that one. */
  readonly roster?: Digest;
  /** Digest of the catalogue of actions that it was compiled with. */
  readonly catalogue: Digest;
  readonly mode: Mode;
  readonly from: Site;
  readonly to: Site;
  readonly parameters: Readonly<Record<string, Scalar>>;
  /** From which moment RTO is counted. */
  readonly clock: 'disruption' | 'declaration';
  readonly capacity: Readonly<Record<string, number>>;
  /** Systems that must come back to one common moment, each to at most `within` before it; by the name of the group. */
  readonly consistency?: Readonly<Record<string, ConsistencyGroup>>;
  readonly nodes: Readonly<Record<NodeId, PlanNode>>;
  /** What a failure, an unknown end, a late want … asks. */
  readonly questions: Readonly<Record<QuestionKind, Ask>>;
  /** Systems that this run claims at the target site (and fences at the source). */
  readonly claims: readonly { readonly system: string; readonly site: string }[];
  readonly weaknesses: readonly Weakness[];
  /** The plans of the other runs that its steps start, by the path of the step: of the same mode, at sites of their own. */
  readonly children?: Readonly<Record<Path, Plan>>;
  /** Who is told of what happens, by name; absent: nobody. */
  readonly notify?: Readonly<Record<string, Notify>>;
}

/** The plans of all runs that a run of this plan may bring about, whatever the level. */
export const descendantsOf = ({ children = {} }: Pick<Plan, 'children'>): Plan[] =>
  Object.values(children).flatMap((child) => [child, ...descendantsOf(child)]);

export const pathOf = (node: PlanNode, step: Step): Path =>
  `${node.name}/${node.round}/${step.phase}/${step.id}`;
