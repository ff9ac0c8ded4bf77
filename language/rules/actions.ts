import type { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import { problemsOf } from '../schema/issues.ts';
import { parseWith, tooMany } from '../schema/parse-with.ts';
import { type Tree, valueAt } from '../yaml/tree.ts';
import type { Rule } from './facts.ts';

/** Every step calls an action that there is, with what that action takes. */
export const actions: Rule = function* ({ catalogue, steps }) {
  for (const { step, action, path } of steps) {
    if (!action) yield unknown(step.use, path, catalogue);
    else if (action.internal) yield internal(step.use, path);
    else yield* inputOf(action, step.with as Tree, [...path, 'with']);
  }
};

/** What a template will hold is not known yet; that its key exists is. */
function inputOf(action: Description, tree: Tree, at: DocumentPath): Problem[] {
  const result = parseWith(action.input, tree);
  if (!result.issues) return [];
  if (result.tooMany) return [{ ...tooMany, path: at }];
  const known = result.issues.filter((issue) => !isOpen(issue, tree));
  const checked = { schema: action.input, tree, otherwise: 'MUSTER_ACTION_INPUT' } as const;
  return problemsOf(known, checked).map((problem) => ({ ...problem, path: [...at, ...problem.path] }));
}

function isOpen(issue: z.core.$ZodIssue, tree: Tree): boolean {
  if (issue.code === 'unrecognized_keys' || issue.code === 'invalid_key') return false;
  return holdsTemplate(valueAt(tree, issue.path as DocumentPath));
}

function holdsTemplate(value: Tree | undefined): boolean {
  if (typeof value === 'string') return value.includes('{{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

const unknown = (use: string, path: DocumentPath, catalogue: ReadonlyMap<string, Description>): Problem => ({
  code: 'MUSTER_ACTION_UNKNOWN',
  path: [...path, 'use'],
  summary: `There is no action "${use}".`,
  meant: { written: use, among: catalogue.keys() },
});

const internal = (use: string, path: DocumentPath): Problem => ({
  code: 'MUSTER_ACTION_INTERNAL',
  path: [...path, 'use'],
  summary: `${use} is an action of Muster's own; a runbook cannot use it.`,
});
