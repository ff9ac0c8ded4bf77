import type { z } from 'zod';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Runbook } from '../runbook.ts';
import { type Tree, valueAt } from '../yaml/tree.ts';
import { problemsOf } from './issues.ts';
import { parseWith, tooMany } from './parse-with.ts';
import { Pruning } from './prune.ts';
import { runbookSchema } from './runbook.ts';

/** What of a tree is a runbook, and what is wrong with the rest. */
export interface Checked {
  /** Without the broken pieces; absent where the file is no map at all. */
  readonly runbook?: Runbook;
  readonly problems: readonly Problem[];
  /** The path in the file of a path in the runbook. */
  readonly original: (path: DocumentPath) => DocumentPath;
  /** The names that stand in a section of the file, those of broken pieces included. */
  readonly declared: (section: Section) => readonly string[];
}

export type Section = 'parameters' | 'sites' | 'capacity' | 'functions' | 'systems' | 'gates';

/** Enough to take out a broken piece, then what misses it, and so on up to the root. */
const mostRounds = 16;

/** Checks a tree by the schema. The tree is altered where something in it is broken. */
export function checkSchema(tree: Tree): Checked {
  const pruning = new Pruning(tree);
  const original = (path: DocumentPath) => pruning.original(path);
  const names = new Map(sections.map((section) => [section, namesIn(valueAt(tree, [section]))]));
  const declared = (section: Section) => names.get(section) ?? [];
  let result = parseWith(runbookSchema, tree);
  const problems = result.issues ? problemsOf(result.issues, { schema: runbookSchema, tree, otherwise }) : [];
  if (result.tooMany) return { problems: [{ ...tooMany, path: [] }], original, declared };
  for (let round = 0; result.issues && round < mostRounds; round++) {
    pruning.remove(result.issues.flatMap(brokenPieces));
    result = parseWith(runbookSchema, tree);
  }
  const checked = { problems, original, declared };
  return result.data ? { ...checked, runbook: result.data } : checked;
}

/** What the patterns of the language are for. */
const otherwise = 'MUSTER_SCHEMA_NAME';

/** The parts of a runbook that hold names. */
export const sections: readonly Section[] = [
  'parameters',
  'sites',
  'capacity',
  'functions',
  'systems',
  'gates',
];

const namesIn = (section: Tree | undefined): readonly string[] =>
  section && typeof section === 'object' && !Array.isArray(section) ? Object.keys(section) : [];

const brokenPieces = (issue: z.core.$ZodIssue): DocumentPath[] => {
  const path = issue.path as DocumentPath;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
};
