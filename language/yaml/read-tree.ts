import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';
import type { Problem } from '../problem.ts';
import type { Tree } from './tree.ts';

/** More problems of a broken file than these help nobody. */
const mostProblems = 1_000;

/**
 * Turns a syntax tree into plain values whose scalars are source text, and reports every anchor, alias,
 * merge, tag, key that stands twice and value that is missing.
 */
export function readTree(document: Document.Parsed, text: string): { tree: Tree; problems: Problem[] } {
  const reader = new TreeReader(text);
  return { tree: reader.read(document.contents), problems: reader.problems };
}

class TreeReader {
  readonly problems: Problem[] = [];
  /** Where the reader stands; copied only when something is reported. */
  private readonly path: (string | number)[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(node: Node | null): Tree {
    if (node === null || isEmpty(node)) return this.refuse(this.path.length === 0 ? emptyFile : empty);
    if (isAlias(node)) return this.refuse({ ...alias, summary: `*${node.source} is an alias.` });
    this.refuseProperties(node);
    if (isScalar(node)) return node.type === Scalar.PLAIN ? (node.source ?? '') : String(node.value);
    if (isMap(node)) return this.readMap(node as YAMLMap<Node, Node | null>);
    if (!isSeq(node)) return null;
    return node.items.map((item, index) => this.inside(index, () => this.read(item as Node | null)));
  }

  private readMap(map: YAMLMap<Node, Node | null>): Tree {
    const entries: { [key: string]: Tree } = {};
    const before = this.problems.length;
    for (const { key, value } of map.items) {
      const name = this.readKey(key);
      if (name === undefined) continue;
      this.path.push(name);
      if (name === '<<') this.refuse(merge);
      else if (Object.hasOwn(entries, name)) this.report({ ...duplicate(name), ...this.at(key) });
      else if (name === '__proto__') this.refuse(prototype);
      else entries[name] = this.read(value);
      this.path.pop();
    }
    const nothingLeft = Object.keys(entries).length === 0 && this.problems.length > before;
    return nothingLeft ? null : entries;
  }

  private readKey(key: Node): string | undefined {
    if (isScalar(key) && !isEmpty(key)) {
      this.refuseProperties(key);
      return String(key.type === Scalar.PLAIN ? key.source : key.value);
    }
    this.report({ ...(isAlias(key) ? alias : strangeKey), ...this.at(key) });
    return undefined;
  }

  private refuseProperties(node: Node): void {
    const { anchor, tag } = node as { anchor?: string; tag?: string };
    const start = node.range?.[0] ?? 0;
    // The tree knows where the value starts; what stands before it is found backwards in the text.
    if (anchor !== undefined) {
      const from = this.text.lastIndexOf(`&${anchor}`, start);
      this.report({ ...anchored, summary: `&${anchor} is an anchor.`, from });
    }
    if (tag !== undefined) {
      const before = this.text.slice(Math.max(0, start - 200), start);
      this.report({ ...tagged, from: start - (/!\S*\s*(?:&\S*\s*)?$/.exec(before)?.[0].length ?? 0) });
    }
  }

  private inside(index: number, read: () => Tree): Tree {
    this.path.push(index);
    const value = read();
    this.path.pop();
    return value;
  }

  private refuse(problem: Kind): null {
    this.report(problem);
    return null;
  }

  private at = (node: Node) => ({ from: node.range?.[0] ?? 0 });

  private report(problem: Kind & { from?: number }): void {
    if (this.problems.length < mostProblems) this.problems.push({ ...problem, path: [...this.path] });
  }
}

type Kind = Omit<Problem, 'path'>;

const isEmpty = (node: Node) => isScalar(node) && node.type === Scalar.PLAIN && node.source === '';

const spellOut = 'Write the value out where it is needed: a reader at night should not have to look it up.';
const empty: Kind = {
  code: 'MUSTER_YAML_EMPTY',
  at: 'key',
  summary: 'There is no value here.',
  hint: "Give a value, write [] for an empty list or '' for an empty text, or remove the key.",
};
const emptyFile: Kind = {
  code: 'MUSTER_YAML_EMPTY',
  summary: 'There is nothing in this file.',
  hint: 'Start with muster: v1.',
};
const alias: Kind = { code: 'MUSTER_YAML_ALIAS', summary: 'An alias is used as a key.', hint: spellOut };
const merge: Kind = {
  code: 'MUSTER_YAML_MERGE',
  at: 'key',
  summary: '<< merges another map into this one.',
  hint: spellOut,
};
const anchored = { code: 'MUSTER_YAML_ANCHOR', hint: spellOut } as const;
const tagged: Kind = {
  code: 'MUSTER_YAML_TAG',
  summary: 'A tag (!…) stands before this value.',
  hint: 'Remove the tag: the place of a value decides what it is. A text that starts with ! must stand in quotes.',
};
const strangeKey: Kind = {
  code: 'MUSTER_YAML_KEY',
  summary: 'A key is a plain text; this one is a list, a map or nothing.',
  hint: "A value that starts with { or [ must stand in quotes if it is meant as text: '{{parameters.x}}'.",
};
const duplicate = (name: string): Kind => ({
  code: 'MUSTER_YAML_DUPLICATE_KEY',
  summary: `The key ${name} stands twice in this map.`,
  hint: 'Keep one of the two, or put both values under one key.',
});
const prototype: Kind = {
  code: 'MUSTER_SCHEMA_UNKNOWN_KEY',
  at: 'key',
  summary: 'The key __proto__ is not possible.',
  hint: 'Choose another key.',
};
