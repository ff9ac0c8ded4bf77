import { forecast } from '../../core/forecast.ts';
import { descendantsOf, type DoStep, isDo, pathOf, type Plan, type PlanNode } from '../../core/plan.ts';
import { refsIn, type Value } from '../../core/value.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import { goesDown } from '../rules/children.ts';
import type { SourcedRunbook } from '../runbook.ts';
import { claimsOf } from './claims.ts';
import { timeoutOf } from './defaults.ts';
import { type ChildGiven, type Draft, mapNodes } from './draft.ts';
import { stepsOf } from './scope.ts';

/**
 * Makes the plans of the runbooks that steps run: in the same mode, with what the step gives them. Such a step is reckoned with
 * what that plan takes, and where that has no way back, neither has this one.
 */
export function runChildren(draft: Draft): void {
  mapNodes(draft, (node) => {
    const steps = node.steps.map((step) =>
      isDo(step) && draft.actions.get(step.do.action)?.startsRun ? withChild(draft, node, step) : step,
    );
    return { ...node, steps };
  });
}

function withChild(draft: Draft, node: PlanNode, step: DoStep): DoStep {
  const at = placeOf(draft, node, step);
  const file = textOf(step.do.with['file']) ?? '';
  const source = Object.hasOwn(draft.sources, file) ? draft.sources[file] : undefined;
  if (!source) {
    draft.problems.push(unread(file, at));
    return step;
  }
  const given = givenTo(draft, { node, step, source, at });
  if (!given) return step;
  const { plan, diagnostics } = draft.compileChild(source, given);
  draft.theirs.push(
    ...diagnostics.map((one) => ({
      ...one,
      ...ofStep(node, step, one.code),
      in: one.in ?? { file: source.file },
    })),
  );
  if (!plan) return step;
  const clash = clashOf(draft, plan, at);
  if (clash) draft.problems.push(clash);
  draft.children.set(pathOf(node, step), plan);
  return { ...step, ...timesOf(draft, node, step, plan), noReturn: step.noReturn || cannotReturn(plan) };
}

interface Asking {
  readonly node: PlanNode;
  readonly step: DoStep;
  readonly source: SourcedRunbook;
  readonly at: DocumentPath;
}

/** What the step gives to the other plan; undefined where that cannot be said. */
function givenTo(draft: Draft, asking: Asking): ChildGiven | undefined {
  const { step, source, at } = asking;
  const { parameters = {}, from, to } = step.do.with;
  if (refsIn([parameters, from ?? '', to ?? '']).length > 0) {
    draft.problems.push(unknownYet(at));
    return undefined;
  }
  const sites = sitesOf(draft, source, { from: textOf(from), to: textOf(to) });
  if (draft.mode === 'live' && Object.keys(sites).length === 0 && realSites(source).length > 1) {
    draft.problems.push(unclearSites(source, at));
    return undefined;
  }
  const bound = boundOf(draft, asking);
  return { ...sites, parameters: { ...bound, ...(parameters as Record<string, string>) } };
}

const textOf = (value: Value | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const realSites = ({ runbook: { sites } }: SourcedRunbook): string[] =>
  Object.keys(sites).filter((name) => !sites[name]!.isolated);

/** As the step says, or the sites of the same name. What is no isolated site is for live runs: a rehearsal stays away from it. */
function sitesOf(
  { from, to, mode }: Draft,
  { runbook: { sites } }: SourcedRunbook,
  said: { readonly from: string | undefined; readonly to: string | undefined },
): Pick<ChildGiven, 'from' | 'to'> {
  const known = (name: string) => (Object.hasOwn(sites, name) ? name : undefined);
  const source = said.from ?? known(from.name);
  const target = said.to ?? known(to.name);
  const forbidden = mode !== 'live' && target !== undefined && sites[target]?.isolated === undefined;
  return {
    ...(source !== undefined && { from: source }),
    ...(target !== undefined && !(forbidden && known(target)) && { to: target }),
  };
}

/** The moment to which the system is brought back holds for what another runbook does for it, too. */
function boundOf({ runbook }: Draft, { node, source }: Asking): Record<string, string> {
  const goes = (one: SourcedRunbook['runbook']) =>
    Object.entries(one.parameters).some(([name, declared]) => goesDown(name, declared));
  if (!goes(source.runbook)) return {};
  if (node.notAfter !== undefined) return { recoverTo: new Date(node.notAfter).toISOString() };
  return runbook.systems[node.name]?.point || goes(runbook) ? { recoverTo: 'latest' } : {};
}

/** Nothing waits for the clean-up of a live run, which people decide; a rehearsal is over when it is cleaned up. */
function timesOf(draft: Draft, node: PlanNode, step: DoStep, plan: Plan): Pick<DoStep, 'takes' | 'timeout'> {
  const declared = stepsOf(draft.runbook.systems[node.name]!, step.phase as 'recover').find(
    ({ step: id }) => id === step.id,
  )!;
  const { recovered, ended } = forecast(plan);
  const takes = declared.takes ?? (plan.mode === 'live' ? recovered : ended);
  return { takes, timeout: timeoutOf(declared, step.touches, takes) };
}

const cannotReturn = (plan: Plan): boolean =>
  [plan, ...descendantsOf(plan)].some(({ nodes }) =>
    Object.values(nodes).some(({ steps }) => steps.some(({ noReturn }) => noReturn)),
  );

/** The one would hold for the whole run what the other waits for. */
function clashOf(draft: Draft, plan: Plan, at: DocumentPath): Problem | undefined {
  const own = new Set(claimsOf(draft).map(({ system, site }) => `${system} at ${site}`));
  for (const { claims, runbook } of [plan, ...descendantsOf(plan)]) {
    const both = claims.map(({ system, site }) => `${system} at ${site}`).filter((one) => own.has(one));
    if (both.length === 0) continue;
    return {
      code: 'MUSTER_PLAN_CHILD_CLAIMS',
      path: [...at, 'file'],
      summary: `Both this runbook and ${runbook.name}, which it runs, hold ${both.join(', ')}.`,
      detail:
        'A system at a site is held by one run from its start to its end: the other would wait for ever.',
      hint: `Let only one of them recover it, or call it something else here: a system that stands for all that ${runbook.name} brings back.`,
    };
  }
  return undefined;
}

function placeOf({ written }: Draft, { name }: PlanNode, { id, phase }: DoStep): DocumentPath {
  const index = stepsOf(written.systems[name]!, phase as 'recover').findIndex(({ step }) => step === id);
  return ['systems', name, phase, index, 'with'];
}

/** Who gives another runbook what it lacks. */
function ofStep({ name }: PlanNode, { id }: DoStep, code: string): { readonly hint?: string } {
  const step = `The step ${id} of ${name} says it, in with:`;
  if (code.startsWith('MUSTER_PLAN_PARAMETER_')) return { hint: `${step} { parameters: … }.` };
  return code.startsWith('MUSTER_PLAN_SITE_') ? { hint: `${step} { from: …, to: … }.` } : {};
}

const unread = (file: string, at: DocumentPath): Problem => ({
  code: 'MUSTER_CHILD_UNREADABLE',
  path: [...at, 'file'],
  summary: `${file} was not read with this runbook.`,
});

const unknownYet = (at: DocumentPath): Problem => ({
  code: 'MUSTER_TEMPLATE_NOT_HERE',
  path: at,
  summary: 'What another runbook is given must be known when the plan is made.',
  hint: 'Only parameters and target can stand here.',
});

const unclearSites = (source: SourcedRunbook, at: DocumentPath): Problem => ({
  code: 'MUSTER_PLAN_SITE_UNCLEAR',
  path: at,
  summary: `It is not clear between which sites ${source.runbook.name} goes: it has none of the same name.`,
  hint: `Say it in with: from and to, of ${realSites(source).join(', ')}. A template such as {{target.vars.…}} holds for both ways.`,
});
