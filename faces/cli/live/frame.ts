import type { NodeView } from '../../../core/view.ts';
import { footer } from './footer.ts';
import { header } from './header.ts';
import { fit, piece } from './line.ts';
import { nodeLine } from './node-line.ts';
import type { Scene } from './scene.ts';
import { displayWidth } from './width.ts';
import { nodeWord } from './words.ts';

export interface FrameOptions {
  /** The keys of the live view work, so they are named. */
  readonly keys: boolean;
  /** The try id of the ask that the keys mean. */
  readonly current?: string;
  /** Lines of a dialog or a notice, drawn last and never left out. */
  readonly last: readonly string[];
}

/** The whole picture of a run as lines that fit the window: header, a line a system, time and what waits for people. */
export function frame(scene: Scene, options: FrameOptions): string[] {
  const top = header(scene);
  const bottom = [...footer(scene, options), ...options.last];
  const room = Math.max(1, scene.rows - top.length - bottom.length);
  const lines = [...top, ...nodeLines(scene, room), ...bottom];
  if (lines.length <= scene.rows) return lines;
  // A very small window: what is real (the first line) and what waits for people (the last) stay.
  return [...lines.slice(0, 1), ...lines.slice(lines.length - scene.rows + 1)];
}

/** The run's own nodes and fences stand there only while they are at work or in trouble. */
const speaks = (node: NodeView): boolean => !['waits', 'passed', 'left-out'].includes(node.status);

function nodeLines(scene: Scene, room: number): string[] {
  const nodes = [...scene.view.inner.filter(speaks), ...scene.view.nodes];
  const nameColumn = Math.min(24, Math.max(0, ...nodes.map((node) => displayWidth(node.id))));
  const draw = (node: NodeView) => nodeLine(node, scene, nameColumn);
  return compact(nodes, room, draw, scene.columns);
}

// Folded first when the window is too small: what needs nobody's eye.
const folding: readonly NodeView['status'][] = ['passed', 'waits', 'left-out', 'blocked', 'running'];

function compact(
  nodes: readonly NodeView[],
  room: number,
  draw: (node: NodeView) => string,
  columns: number,
): string[] {
  let folded = 0;
  const isFolded = (node: NodeView) => folding.slice(0, folded).includes(node.status);
  const height = () => nodes.filter((node) => !isFolded(node)).length + folds().length;
  const folds = () => folding.slice(0, folded).flatMap((status) => foldLine(nodes, status, columns));
  while (height() > room && folded < folding.length) folded += 1;
  const lines = [...folds(), ...nodes.filter((node) => !isFolded(node)).map(draw)];
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), fit(piece(`  … and ${lines.length - room + 1} more`), columns)];
}

/** `  done     12: orders-db, uploads, …`. */
function foldLine(nodes: readonly NodeView[], status: NodeView['status'], columns: number): string[] {
  const of = nodes.filter((node) => node.status === status);
  if (of.length === 0) return [];
  const word = nodeWord({ kind: 'system', status }).text.padEnd(8);
  return [fit(piece(`  ${word}  ${of.length}: ${of.map((node) => node.id).join(', ')}`), columns)];
}
