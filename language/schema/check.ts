import type { z } from 'zod';
import type { DocumentPath, Problem } from '../problem.ts';
import { type Tree, valueAt } from '../yaml/tree.ts';
import { problemsOf } from './issues.ts';
import { parseWith, tooMany } from './parse-with.ts';
import { Pruning } from './prune.ts';

/** What the files of one kind look like. */
export interface Grammar<T> {
  readonly schema: z.ZodType<T>;
  /** What every such file has, so that the rest of one without it can be checked. */
  readonly standIns: Readonly<Record<string, Tree>>;
  /** Does a coming version know this key of the map, or this word as the value, at the path? */
  readonly isReserved?: (path: DocumentPath, word: string) => boolean;
}

/** What of a tree fits its grammar, and what is wrong with the rest. */
export interface Checked<T> {
  /** Without the broken pieces; absent where the file is no map at all. */
  readonly value?: T;
  readonly problems: readonly Problem[];
  /** The path in the file of a path in the value. */
  readonly original: (path: DocumentPath) => DocumentPath;
  /** The names in a section of the file, those of broken pieces included. */
  readonly declared: (section: string) => readonly string[];
}

/** What the patterns of a language are for. */
const otherwise = 'MUSTER_SCHEMA_NAME';
/** Enough to take out a broken piece, then what misses it, and so on up to the root. */
const mostRounds = 16;

/** Checks a tree by a grammar. The tree is altered where something in it is broken. */
export function checkSchema<T>(tree: Tree, grammar: Grammar<T>): Checked<T> {
  const { schema } = grammar;
  const pruning = new Pruning(tree, grammar.standIns);
  const original = (path: DocumentPath) => pruning.original(path);
  const names = new Map(namesIn(tree).map((section) => [section, namesIn(valueAt(tree, [section]))]));
  const declared = (section: string) => names.get(section) ?? [];
  let result = parseWith(schema, tree);
  const problems = result.issues ? problemsOf(result.issues, { ...grammar, tree, otherwise }) : [];
  if (result.tooMany) return { problems: [{ ...tooMany, path: [] }], original, declared };
  for (let round = 0; result.issues && round < mostRounds; round++) {
    pruning.remove(result.issues.flatMap(brokenPieces));
    result = parseWith(schema, tree);
  }
  const checked = { problems, original, declared };
  return result.data ? { ...checked, value: result.data } : checked;
}

const namesIn = (section: Tree | undefined): readonly string[] =>
  section && typeof section === 'object' && !Array.isArray(section) ? Object.keys(section) : [];

const brokenPieces = (issue: z.core.$ZodIssue): DocumentPath[] => {
  const path = issue.path as DocumentPath;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
};
