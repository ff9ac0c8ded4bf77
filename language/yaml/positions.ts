import { type Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import type { Position } from '../../core/diagnostics/diagnostic.ts';
import type { DocumentPath } from '../problem.ts';

/** Finds offsets by path and lines by offset; what it needs for that is made when it is first asked. */
export class Positions {
  private readonly text: string;
  private readonly document: Document.Parsed | undefined;
  private readonly pairs = new WeakMap<YAMLMap, Map<string, Pair<Node, Node | null>>>();
  private lineStarts: number[] | undefined;

  constructor(text: string, document?: Document.Parsed) {
    this.text = text;
    this.document = document;
  }

  /** Line and column of an offset. */
  position(offset: number): Position {
    const lineStarts = (this.lineStarts ??= startsOfLines(this.text));
    let [low, high] = [0, lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - lineStarts[low]! + 1 };
  }

  /** Offset of the value at a path, or of its key; where the path leaves the document, of the last key on the way. */
  offset(path: DocumentPath, at: 'key' | 'value', into?: number): number {
    let [key, value]: [Node | null, Node | null] = [null, this.document?.contents ?? null];
    for (const part of path) {
      const pair = isMap(value) ? this.pairsOf(value as YAMLMap).get(String(part)) : undefined;
      const item = isSeq(value) && typeof part === 'number' ? (value.items[part] as Node) : undefined;
      if (!pair && !item) return start(key) ?? start(value) ?? 0;
      [key, value] = pair ? [pair.key, pair.value] : [null, item ?? null];
    }
    if (at === 'key') return start(key) ?? start(value) ?? 0;
    return (start(value) ?? start(key) ?? 0) + this.shift(value, into);
  }

  /** How far the text of a scalar's character is from the scalar's start; 0 where lines were folded. */
  private shift(node: Node | null, into: number | undefined): number {
    if (into === undefined || !isScalar(node) || !node.range) return 0;
    const source = this.text.slice(node.range[0], node.range[1]);
    if (node.type === Scalar.PLAIN) return source.includes('\n') ? 0 : into;
    const quoted = node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE;
    const inner = source.slice(1, -1);
    return quoted && inner === node.value ? into + 1 : 0;
  }

  private pairsOf(map: YAMLMap): Map<string, Pair<Node, Node | null>> {
    let pairs = this.pairs.get(map);
    if (!pairs) {
      pairs = new Map();
      for (const pair of map.items as Pair<Node, Node | null>[]) {
        const { key } = pair;
        if (isScalar(key) && !pairs.has(String(key.value))) pairs.set(String(key.value), pair);
      }
      this.pairs.set(map, pairs);
    }
    return pairs;
  }
}

const start = (node: Node | null) => node?.range?.[0];

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
