import type { Description } from '../../actions/action.ts';
import type { Mode } from '../../core/names.ts';
import { largestPlanText } from '../../core/plan-size.ts';
import type { Roster } from '../../core/roster.ts';
import type { Digest, Instant } from '../../core/units.ts';
import type { Problem } from '../problem.ts';
import type { SourcedRunbook } from '../runbook.ts';
import { addFunctions } from './add-functions.ts';
import { addGates } from './add-gates.ts';
import { addSystems } from './add-systems.ts';
import { answerBySelf } from './answer-by-self.ts';
import { askBeforeCleanup } from './ask-before-cleanup.ts';
import { catalogueDigest } from './catalogue-digest.ts';
import { claimsOf } from './claims.ts';
import { cleanUpAlways } from './clean-up-always.ts';
import { consistencyOf } from './consistency.ts';
import { declareFirst } from './declare-first.ts';
import { demandFences } from './demand-fences.ts';
import { demandRoster } from './demand-roster.ts';
import type { ChildGiven, Compiled, Draft, Pass } from './draft.ts';
import { isolateBeforeStarts } from './isolate-before-starts.ts';
import { isolateFirst } from './isolate-first.ts';
import { keepMode } from './keep-mode.ts';
import { orderNodes } from './order.ts';
import { settleParameters, type Parameters } from './parameters.ts';
import { questionsOf } from './questions.ts';
import { noteChildren } from './child-weaknesses.ts';
import { report } from './report.ts';
import { placeOnHosts } from './place-on-hosts.ts';
import { rollBackInReverse } from './roll-back-in-reverse.ts';
import { runChildren } from './run-children.ts';
import { sealedText, type Unsealed } from './seal.ts';
import { chooseSites } from './sites.ts';
import { notifyOf, remindOfAsks } from './tell-others.ts';
import { budgetWeaknesses, noteWeaknesses, noteWhatStays } from './weaknesses.ts';

export interface CompileRequest {
  readonly source: SourcedRunbook;
  readonly catalogue: readonly Description[];
  /** As given; every value is text. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly to?: string;
  readonly mode: Mode;
  /** Somebody will be there to answer; a rehearsal at night says no. */
  readonly attended: boolean;
  readonly now: Instant;
  /** The people who decide; without one, only `anyone` can. */
  readonly roster?: Roster;
  readonly sha256: (text: string) => Digest;
  /** How many bytes a text takes on its way to a run. */
  readonly compressedSize: (text: string) => number;
}

export type { Compiled };

const passes: Readonly<Record<'live' | 'rehearsal', readonly Pass[]>> = {
  live: [
    keepMode,
    demandFences,
    addSystems,
    runChildren,
    addGates,
    addFunctions,
    rollBackInReverse,
    declareFirst,
    askBeforeCleanup,
    remindOfAsks,
    demandRoster,
    placeOnHosts,
    orderNodes,
    noteWeaknesses,
    noteChildren,
  ],
  rehearsal: [
    keepMode,
    addSystems,
    runChildren,
    addGates,
    addFunctions,
    isolateBeforeStarts,
    isolateFirst,
    answerBySelf,
    remindOfAsks,
    cleanUpAlways,
    demandRoster,
    placeOnHosts,
    orderNodes,
    noteWeaknesses,
    noteChildren,
    noteWhatStays,
  ],
};

/** A plan travels as one payload; above this many compressed bytes a run could not carry it. */
const largest = 1_200_000;

/**
 * Compiles a checked runbook into the plan of one run. Mode is a matter of passes: nothing that works from
 * the plan asks which mode it is in. All mistakes come back at once, and no plan with them; nothing is thrown.
 */
export function compile(request: CompileRequest): Compiled {
  const problems: Problem[] = [];
  const { runbook } = request.source;
  const parameters = settleParameters(runbook.parameters, request.parameters, problems);
  const sites = chooseSites(runbook.sites, request, problems);
  if (request.mode === 'tabletop') problems.push(noTabletop);
  if (!sites || problems.length > 0 || request.mode === 'tabletop') return { diagnostics: report(problems) };
  const draft: Draft = {
    written: runbook,
    runbook,
    actions: new Map(request.catalogue.map((action) => [action.name, action])),
    mode: request.mode,
    attended: request.attended,
    roster: request.roster,
    ...sites,
    parameters: parameters.texts,
    dropped: new Set(),
    nodes: new Map(),
    weaknesses: [],
    problems,
    theirs: [],
    children: new Map(),
    sources: request.source.children ?? {},
    compileChild: (source, given) => compileChild(request, source, given),
  };
  for (const pass of passes[request.mode]) pass(draft);
  if (problems.length + draft.theirs.length > 0)
    return { diagnostics: [...report(problems), ...draft.theirs] };
  return seal(planOf(draft, parameters, request), request);
}

/** The sites and parameters of a runbook are no others'. */
function compileChild(
  { from: _from, to: _to, ...request }: CompileRequest,
  source: SourcedRunbook,
  given: ChildGiven,
): Compiled {
  return compile({ ...request, source, ...given });
}

function planOf(
  draft: Draft,
  parameters: Parameters,
  { source, catalogue, now, sha256 }: CompileRequest,
): Unsealed {
  const { runbook, digest } = source;
  const { name, title, owner, clock, capacity } = runbook;
  const plan: Unsealed = {
    format: 1,
    revision: 1,
    compiledAt: now,
    runbook: { name, title, owner, digest },
    catalogue: catalogueDigest(catalogue, sha256),
    ...(draft.roster && { roster: draft.roster.digest }),
    mode: draft.mode,
    from: draft.from,
    to: draft.to,
    parameters: parameters.values,
    clock,
    capacity,
    nodes: Object.fromEntries(draft.nodes),
    questions: questionsOf(draft),
    claims: claimsOf(draft),
    weaknesses: draft.weaknesses,
    ...consistencyOf(draft),
    ...(draft.children.size > 0 && { children: Object.fromEntries(draft.children) }),
    ...notifyOf(draft),
  };
  return { ...plan, weaknesses: [...plan.weaknesses, ...budgetWeaknesses(plan)] };
}

function seal(plan: Unsealed, { sha256, compressedSize }: CompileRequest): Compiled {
  const text = sealedText(plan);
  if (text.length > largestPlanText)
    return { diagnostics: report([tooLarge(text.length, largestPlanText, '')]) };
  const size = text.length > largest ? compressedSize(text) : text.length;
  if (size > largest) return { diagnostics: report([tooLarge(size, largest, ' compressed')]) };
  return { plan: { ...plan, digest: sha256(text) }, diagnostics: [] };
}

const noTabletop: Problem = {
  code: 'MUSTER_PLAN_MODE',
  path: [],
  summary: 'A tabletop exercise cannot be planned yet.',
  hint: 'Plan a live run or a rehearsal.',
};

const tooLarge = (size: number, most: number, how: string): Problem => ({
  code: 'MUSTER_PLAN_TOO_LARGE',
  path: ['systems'],
  summary: `The plan takes ${size} bytes${how}; a run can carry ${most}.`,
  hint: 'Split the runbook: a part that stands on its own becomes a runbook of its own.',
});
