import type { Colors } from 'picocolors/types.js';
import type { NodeStatus, RunStatus } from '../../../core/event.ts';
import type { Mode } from '../../../core/names.ts';
import type { NodeView, RunView, Standing } from '../../../core/view.ts';

type Hue = 'green' | 'cyan' | 'dim' | 'yellow' | 'red' | 'bold';
interface Word {
  readonly text: string;
  readonly hue: Hue;
}

const ofNode: Readonly<Record<NodeView['status'], Word>> = {
  waits: { text: 'waits', hue: 'dim' },
  running: { text: 'running', hue: 'cyan' },
  asks: { text: 'ASKS', hue: 'yellow' },
  shut: { text: 'SHUT', hue: 'red' },
  passed: { text: 'done', hue: 'green' },
  'left-out': { text: 'left out', hue: 'yellow' },
  blocked: { text: 'BLOCKED', hue: 'red' },
  failed: { text: 'FAILED', hue: 'red' },
};

const ofGate: Partial<typeof ofNode> = {
  waits: { text: 'gate', hue: 'dim' },
  running: { text: 'ASKS', hue: 'yellow' },
  passed: { text: 'open', hue: 'green' },
};

/** Tells a node's status from the run's own. */
export const isNodeStatus = (status: NodeStatus | RunStatus): status is NodeStatus =>
  Object.hasOwn(ofNode, status);

/** The word for how a node stands; colour only repeats it. */
export const nodeWord = (node: Pick<NodeView, 'kind' | 'status' | 'rolledBack'>): Word =>
  node.rolledBack
    ? undone
    : ((node.kind === 'gate' ? ofGate[node.status] : undefined) ?? ofNode[node.status]);

const undone: Word = { text: 'ROLLED BACK', hue: 'yellow' };

export const standingWord: Readonly<Record<Standing, Word>> = {
  'on-track': { text: 'ON TRACK', hue: 'green' },
  'at-risk': { text: 'AT RISK', hue: 'yellow' },
  missed: { text: 'MISSED', hue: 'red' },
  met: { text: 'MET', hue: 'green' },
};

export const runWord: Readonly<Record<RunStatus, Word>> = {
  running: { text: 'running', hue: 'cyan' },
  'on-hold': { text: 'ON HOLD', hue: 'yellow' },
  ending: { text: 'ending', hue: 'cyan' },
  recovered: { text: 'RECOVERED', hue: 'green' },
  failed: { text: 'FAILED', hue: 'red' },
  'stood-down': { text: 'STOOD DOWN', hue: 'yellow' },
  cancelled: { text: 'CANCELLED', hue: 'yellow' },
};

/** From when the time against an objective is counted. */
export const sinceWords = ({ clock, mode }: Pick<RunView, 'clock' | 'mode'>): string =>
  `since the ${mode === 'live' ? clock : 'start'}`;

export const modeWord: Readonly<Record<Mode, string>> = {
  live: 'LIVE',
  rehearsal: 'REHEARSAL',
  tabletop: 'TABLETOP',
};

export const inHue =
  (paint: Colors, hue: Hue) =>
  (text: string): string =>
    paint[hue](text);

const terminal: ReadonlySet<RunStatus> = new Set(['recovered', 'failed', 'stood-down', 'cancelled']);

/** The run has ended for good. */
export const hasEnded = (view: { readonly status: RunStatus }): boolean => terminal.has(view.status);
