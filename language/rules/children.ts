import { whatIsWrong } from '../compile/parameters.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { ParameterDeclaration, Runbook, Written } from '../runbook.ts';
import type { Facts, PlacedStep, Rule } from './facts.ts';

/** A step that runs another runbook names one that there is, in recover, and gives it what it declares. */
export const children: Rule = function* (facts) {
  for (const placed of facts.steps) {
    const { step, action, phase, path } = placed;
    if (!action?.startsRun) continue;
    if (phase !== 'recover') yield outside(placed);
    const { file } = step.with;
    const child = typeof file === 'string' ? facts.children.get(file) : undefined;
    if (child && 'problem' in child) yield { ...child.problem, path: [...path, 'with', 'file'] };
    if (!child || !('runbook' in child)) continue;
    yield* parametersOf(facts, placed, child.runbook);
    yield* sitesOf(placed, child.runbook);
  }
};

function* parametersOf(
  { runbook: { parameters: own } }: Facts,
  { step, path }: PlacedStep,
  { name, parameters }: Runbook,
): Iterable<Problem> {
  const given = mapOf(step.with['parameters']);
  const at = [...path, 'with', 'parameters'];
  for (const [key, value] of Object.entries(given)) {
    const declared = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
    const wrong = declared && whyUnfit(value, declared);
    if (!declared) yield unknown(name, key, [...at, key], Object.keys(parameters));
    else if (wrong !== undefined) yield unfit(name, key, [...at, key], wrong);
  }
  for (const [key, declared] of Object.entries(parameters)) {
    if (declared.default !== undefined || Object.hasOwn(given, key)) continue;
    if (goesDown(key, declared) && own[key]?.type === 'time') continue;
    const where = step.with['parameters'] === undefined ? [...path, 'with'] : at;
    yield missing(name, key, where, declared);
  }
}

/** The moment to which everything is restored is the same for a runbook and for those that it runs. */
export const goesDown = (name: string, { type }: ParameterDeclaration): boolean =>
  name === 'recoverTo' && type === 'time';

/** What a template will hold is looked at when the plan is made. */
const whyUnfit = (value: Written, declared: ParameterDeclaration): string | undefined =>
  typeof value === 'string' && !value.includes('{{') ? whatIsWrong(value, declared) : undefined;

function* sitesOf({ step, path }: PlacedStep, { name, sites }: Runbook): Iterable<Problem> {
  for (const end of ['from', 'to'] as const) {
    const site = step.with[end];
    if (typeof site !== 'string' || site.includes('{{') || Object.hasOwn(sites, site)) continue;
    yield {
      code: 'MUSTER_CHILD_SITE',
      path: [...path, 'with', end],
      summary: `The runbook ${name} has no site "${site}".`,
      meant: { written: site, among: Object.keys(sites) },
    };
  }
}

const mapOf = (value: Written | undefined): { readonly [key: string]: Written } =>
  typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: Written }) : {};

const outside = ({ step, phase, path }: PlacedStep): Problem => ({
  code: 'MUSTER_CHILD_PLACE',
  path: [...path, 'use'],
  summary: `The step "${step.step}" runs another runbook in ${phase}.`,
  hint: 'Move it to recover: another runbook fences, verifies and cleans up by itself.',
});

const unknown = (name: string, key: string, path: DocumentPath, among: readonly string[]): Problem => ({
  code: 'MUSTER_CHILD_PARAMETER',
  path,
  at: 'key',
  summary: `The runbook ${name} has no parameter "${key}".`,
  meant: { written: key, among },
});

const unfit = (name: string, key: string, path: DocumentPath, wrong: string): Problem => ({
  code: 'MUSTER_CHILD_PARAMETER',
  path,
  summary: `The parameter ${key} of the runbook ${name} cannot be this: ${wrong}.`,
  hint: `The runbook ${name} declares what it takes.`,
});

const missing = (
  name: string,
  key: string,
  path: DocumentPath,
  { description }: ParameterDeclaration,
): Problem => ({
  code: 'MUSTER_CHILD_PARAMETER',
  path,
  summary: `The parameter ${key} of the runbook ${name} is not given and has no default.`,
  ...(description !== undefined && { detail: description }),
  hint: `Give it: parameters: { ${key}: … }`,
});
