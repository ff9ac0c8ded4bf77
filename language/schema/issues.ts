import type { z } from 'zod';
import type { DiagnosticCode } from '../../core/diagnostics/codes.ts';
import { nearest } from '../nearest.ts';
import { type DocumentPath, type Problem, showPath } from '../problem.ts';
import { type Tree, valueAt } from '../yaml/tree.ts';
import { keysAt } from './keys-at.ts';

type Issue = z.core.$ZodIssue;

interface Checked {
  readonly schema: z.core.$ZodType;
  readonly tree: Tree;
  /** The code of what only the schema itself can say: a pattern, a range. */
  readonly otherwise: DiagnosticCode;
  /** Does a coming version know this key of the map, or this word as the value, at the path? */
  readonly isReserved?: (path: DocumentPath, word: string) => boolean;
}

/**
 * Says in the language's words what zod found wrong with a tree. What was refused before (`null` in the
 * tree) is not reported again, nor is a key as missing that is there with a slip of the pen.
 */
export function problemsOf(issues: readonly Issue[], checked: Checked): Problem[] {
  const problems = issues.flatMap((issue) => translate(issue, issue.path as DocumentPath, checked));
  const slips = new Map<string, string[]>();
  for (const { code, path } of problems) {
    if (code !== 'MUSTER_SCHEMA_UNKNOWN_KEY') continue;
    const map = showPath(path.slice(0, -1));
    slips.set(map, [...(slips.get(map) ?? []).slice(-20), String(path.at(-1))]);
  }
  return problems.filter(({ code, path }) => {
    const inMap = code === 'MUSTER_SCHEMA_MISSING_KEY' ? slips.get(showPath(path.slice(0, -1))) : undefined;
    return !inMap?.some((slip) => nearest(slip, [String(path.at(-1))]) !== undefined);
  });
}

function translate(issue: Issue, path: DocumentPath, checked: Checked): Problem[] {
  const value = valueAt(checked.tree, path);
  if (value === null) return [];
  if (value === undefined) return [missing(path)];
  const { code } = issue;
  if (code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(path, key, checked));
  }
  if (code === 'invalid_union') return translateUnion(issue, path, checked);
  if (code === 'invalid_type') return [wrongKind(path, value, kindOf[issue.expected] ?? issue.expected)];
  if (code === 'invalid_value' && typeof value === 'string')
    return [noChoice(path, value, issue.values, checked)];
  if (code === 'invalid_value') return [wrongKind(path, value, 'a word')];
  if (code === 'invalid_key') {
    return [unfit(checked.otherwise, path, shown(path.at(-1)), issue.issues[0]?.message, 'key')];
  }
  if (code === 'too_small' && issue.origin !== 'number') return [empty(path)];
  const own = code === 'custom' ? (issue.params?.['code'] as DiagnosticCode | undefined) : undefined;
  if (own !== undefined) return [{ code: own, path, summary: issue.message }];
  return [unfit(checked.otherwise, path, shown(value), issue.message)];
}

/** Of several shapes the one that was meant: the right kind of value, with the fewest mistakes. */
function translateUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: DocumentPath,
  checked: Checked,
): Problem[] {
  const value = valueAt(checked.tree, path);
  const fits = (option: Issue[]) =>
    option.every(
      ({ path: inner, code }) =>
        inner.length > 0 ||
        (code !== 'invalid_type' && (code !== 'invalid_value' || typeof value === 'string')),
    );
  const [meant] = issue.errors.filter(fits).toSorted((a, b) => a.length - b.length);
  if (meant)
    return meant.flatMap((inner) => translate(inner, [...path, ...(inner.path as DocumentPath)], checked));
  const kinds = issue.errors.flat().filter((inner) => inner.path.length === 0);
  const expected = kinds.map((inner) => ('expected' in inner ? (kindOf[inner.expected] ?? '') : 'a word'));
  return [wrongKind(path, value as Tree, [...new Set(expected)].join(' or '))];
}

const kindOf: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

const empty = (path: DocumentPath): Problem => ({
  code: 'MUSTER_SCHEMA_TOO_FEW',
  path,
  summary: `${nameOf(path)} must not be empty.`,
});

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const kind = (value: Tree) =>
  typeof value === 'string' ? 'a text' : Array.isArray(value) ? 'a list' : 'a map';

const nameOf = (path: DocumentPath) => {
  const last = path.findLast((part) => typeof part === 'string');
  return last === undefined ? 'The file' : `"${last}"`;
};

const missing = (path: DocumentPath): Problem => ({
  code: 'MUSTER_SCHEMA_MISSING_KEY',
  path,
  summary: `The key "${path.at(-1)}" is missing${path.length > 1 ? ` in ${nameOf(path.slice(0, -1))}` : ''}.`,
});

const unknownKey = (map: DocumentPath, key: string, { schema, isReserved }: Checked): Problem =>
  isReserved?.(map, key)
    ? reserved([...map, key], `The key "${key}"`, 'key')
    : {
        code: 'MUSTER_SCHEMA_UNKNOWN_KEY',
        path: [...map, key],
        at: 'key',
        summary: `The language has no key "${key}" here.`,
        meant: { written: key, among: keysAt(schema, map) },
      };

const noChoice = (
  path: DocumentPath,
  value: string,
  values: readonly unknown[],
  { isReserved }: Checked,
): Problem =>
  isReserved?.(path, value)
    ? reserved(path, `"${value}"`)
    : {
        code: 'MUSTER_SCHEMA_CHOICE',
        path,
        summary: `${nameOf(path)} cannot be "${value}".`,
        meant: { written: value, among: values.map(String) },
      };

const reserved = (path: DocumentPath, what: string, at?: 'key'): Problem => ({
  code: 'MUSTER_SCHEMA_RESERVED_KEY',
  path,
  ...(at ? { at } : {}),
  summary: `${what} is reserved for a later version of the language.`,
  hint: 'Leave it out: this version would not do what it says.',
});

const wrongKind = (path: DocumentPath, value: Tree, expected: string): Problem => ({
  code: 'MUSTER_SCHEMA_WRONG_KIND',
  path,
  summary: `${nameOf(path)} is ${kind(value)}; expected is ${expected}.`,
});

const unfit = (
  code: DiagnosticCode,
  path: DocumentPath,
  written: string,
  expected = '',
  at?: 'key',
): Problem => ({
  code,
  path,
  ...(at ? { at } : {}),
  summary: `"${written}" cannot stand here${expected && `: ${expected}`}.`,
});
