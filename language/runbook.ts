import type { AnswerShape } from '../core/ask.ts';
import type { Channel, Mode, Role } from '../core/names.ts';
import type { Limits, Objectives, Rerun, Touches } from '../core/plan.ts';
import type { NoticeKind } from '../core/notice.ts';
import type { Digest, Milliseconds } from '../core/units.ts';

/** A value of `with:` or `expect:` as it was written: all scalars are source text, templates not yet read. */
export type Written = string | readonly Written[] | { readonly [key: string]: Written };

/** A runbook that has passed the schema and the rules: durations are milliseconds, short forms are spelled out. */
export interface Runbook {
  readonly muster: 'v1';
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly description?: string;
  readonly clock: 'disruption' | 'declaration';
  readonly declare?: Approval;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly sites: Readonly<Record<string, SiteDeclaration>>;
  readonly capacity: Readonly<Record<string, number>>;
  readonly consistency: Readonly<Record<string, ConsistencyDeclaration>>;
  readonly functions: Readonly<Record<string, FunctionDeclaration>>;
  readonly systems: Readonly<Record<string, SystemDeclaration>>;
  readonly gates: Readonly<Record<string, GateDeclaration>>;
  /** How often people are reminded of an ask that is open, where the ask does not say it itself. */
  readonly remind?: Milliseconds;
  readonly notify: Readonly<Record<string, NotifyDeclaration>>;
}

/** Systems that must come back to one common moment. */
export interface ConsistencyDeclaration {
  readonly systems: readonly string[];
  readonly within: Milliseconds;
}

/** Who is told what of a run; one of the last three is there. */
export interface NotifyDeclaration {
  readonly on: readonly NoticeKind[];
  readonly only?: { readonly mode?: Mode };
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly teams?: { readonly url: string; readonly link?: string };
  readonly command?: readonly string[];
}

export interface ParameterDeclaration {
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  readonly description?: string;
  /** A JavaScript pattern (flag u) that a text must match as a whole. */
  readonly pattern?: string;
  readonly choices?: readonly string[];
  /** As written; absent: the parameter must be given. */
  readonly default?: string;
}

export interface SiteDeclaration {
  readonly vars: Readonly<Record<string, string>>;
  readonly enter: readonly string[];
  /** The label of the worker hosts that work there. */
  readonly runsOn?: string;
  /** `declared`: `isolated: true`, which proves nothing. */
  readonly isolated?: {
    readonly network?: 'private';
    readonly cannotReach: readonly string[];
    readonly declared: boolean;
  };
}

export interface FunctionDeclaration {
  readonly title: string;
  readonly objectives: Objectives;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
}

export interface SystemDeclaration {
  readonly title: string;
  readonly external: boolean;
  readonly objectives: Objectives;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
  readonly point?: { readonly notAfter: string };
  /** By site, another label of worker hosts than that of the site. */
  readonly runsOn: Readonly<Record<string, string>>;
  readonly prepare: readonly StepDeclaration[];
  readonly fence?: readonly StepDeclaration[] | { readonly by: string } | { readonly none: string };
  readonly recover: readonly StepDeclaration[];
  readonly verify: readonly StepDeclaration[];
  readonly rollback: readonly StepDeclaration[];
  readonly cleanup: readonly StepDeclaration[];
}

export interface StepDeclaration {
  readonly step: string;
  readonly title?: string;
  readonly use: string;
  readonly with: { readonly [key: string]: Written };
  readonly expect?: { readonly [key: string]: Written };
  readonly within?: Milliseconds;
  readonly for?: Milliseconds;
  readonly takes?: Milliseconds;
  readonly timeout?: Milliseconds;
  readonly quiet?: Milliseconds;
  readonly limits?: Limits;
  readonly retries?: number | { readonly count: number; readonly every: Milliseconds };
  readonly rerun?: Rerun;
  readonly occupies: Readonly<Record<string, number>>;
  readonly touches?: Touches;
  readonly noReturn: boolean;
  readonly gate?: string;
  readonly attest?: Approval;
  readonly only?: { readonly mode?: Mode };
  readonly onFail?: 'ask';
}

/** Who approves: `approve: anyone`, or seats. */
export interface Approval {
  readonly by: readonly { readonly role: Role | readonly Role[]; readonly count: number }[];
  readonly not: readonly Role[];
  readonly channels?: readonly Channel[];
}

export interface GateDeclaration {
  readonly title: string;
  readonly description?: string;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
  readonly approve: Approval;
  readonly answers: Readonly<Record<string, AnswerShape>>;
  readonly reason: 'required' | 'optional';
  readonly takes: Milliseconds;
  readonly timeout?: Milliseconds;
  readonly remind?: Milliseconds;
  readonly escalate: readonly { readonly after: Milliseconds; readonly to: Role }[];
  readonly onTimeout: 'stay-shut' | 'leave-out';
  /** `auto`: a rehearsal passes it by itself and says "with planned decisions". */
  readonly rehearsal: 'leave-out' | 'auto';
}

/** What reading a file gives: the runbook with the digest of its bytes. */
export interface SourcedRunbook {
  readonly runbook: Runbook;
  readonly digest: Digest;
  readonly file: string;
  /** The runbooks that its steps run, by the name of the file as it is written there. */
  readonly children?: Readonly<Record<string, SourcedRunbook>>;
}
