import { type Problem, showPath } from './problem.ts';
import { type Checked, checkSchema, type Grammar } from './schema/check.ts';
import { parseYaml } from './yaml/parse.ts';
import { Positions } from './yaml/positions.ts';
import { readTree } from './yaml/read-tree.ts';

/** A text as far as its grammar goes; what is in it by rules of its own is for whoever reads it. */
export interface ReadDocument<T> {
  /** Absent where the text is no YAML document that could be looked at. */
  readonly checked?: Checked<T>;
  /** What guards, YAML and schema found. */
  readonly wrong: readonly Problem[];
  readonly positions: Positions;
}

/** Reads the one YAML document of a text: guards, YAML, schema. */
export function readDocument<T>(text: string, grammar: Grammar<T>): ReadDocument<T> {
  const { document, problems: broken } = parseYaml(text);
  const positions = new Positions(text, document);
  if (!document) return { wrong: broken, positions };
  const { tree, problems: refused } = readTree(document, text);
  const checked = checkSchema(tree, grammar);
  return { checked, wrong: [...refused, ...notFrom(refused, checked.problems)], positions };
}

/** A merge that was refused may have brought the keys that are now missing from its map. */
function notFrom(refused: readonly Problem[], problems: readonly Problem[]): readonly Problem[] {
  const merged = new Set(
    refused.filter(({ code }) => code === 'MUSTER_YAML_MERGE').map(({ path }) => showPath(path.slice(0, -1))),
  );
  return problems.filter(
    ({ code, path }) => code !== 'MUSTER_SCHEMA_MISSING_KEY' || !merged.has(showPath(path.slice(0, -1))),
  );
}
