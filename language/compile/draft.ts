import type { Roster } from '../../core/roster.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Mode, NodeId, Path } from '../../core/names.ts';
import type { Description } from '../../actions/action.ts';
import type { Plan, PlanNode, Site, Weakness } from '../../core/plan.ts';
import type { Problem } from '../problem.ts';
import type { Runbook, SourcedRunbook } from '../runbook.ts';

/** A plan in the making: passes add nodes, replace them, and note weaknesses and problems. */
export interface Draft {
  readonly written: Runbook;
  /** What is left of it in this mode. */
  runbook: Runbook;
  readonly actions: ReadonlyMap<string, Description>;
  readonly mode: Mode;
  /** Somebody is there to answer; otherwise a rehearsal's asks answer themselves. */
  readonly attended: boolean;
  readonly roster: Roster | undefined;
  readonly from: Site;
  readonly to: Site;
  /** Parameters as the texts that templates are filled with. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Systems whose every step belongs to another mode. */
  readonly dropped: Set<string>;
  readonly nodes: Map<NodeId, PlanNode>;
  readonly weaknesses: Weakness[];
  readonly problems: Problem[];
  /** What is wrong with the plans of the runbooks that it runs, with their own files. */
  readonly theirs: Diagnostic[];
  /** The plans of the runbooks that it runs, by the path of the step. */
  readonly children: Map<Path, Plan>;
  readonly sources: NonNullable<SourcedRunbook['children']>;
  /** Makes the plan of one of them. */
  readonly compileChild: (source: SourcedRunbook, given: ChildGiven) => Compiled;
}

/** What the plan of a runbook that another one runs is made with; the rest is as there. */
export interface ChildGiven {
  readonly parameters: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly to?: string;
}

export interface Compiled {
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** One small step of compiling, over the whole plan. */
export type Pass = (draft: Draft) => void;

/** Adds a node with the empty lists that it does not name. */
export function addNode(
  draft: Draft,
  node: Pick<PlanNode, 'id' | 'kind' | 'name' | 'title'> & Partial<PlanNode>,
): void {
  draft.nodes.set(node.id, { round: 1, needs: [], wants: [], after: [], steps: [], ...node });
}

/** Replaces every node of a plan by what `change` makes of it. */
export function mapNodes(draft: Draft, change: (node: PlanNode) => PlanNode): void {
  for (const node of draft.nodes.values()) draft.nodes.set(node.id, change(node));
}
