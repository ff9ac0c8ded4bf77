import type { Change, MomentName, Outputs } from '../change.ts';
import { type Fields, fieldsOf, isInstant, isName, isScalar, isText } from './fields.ts';

const ofRun = ['hold', 'resume', 'cancel', 'kill', 'standDown', 'rollback'] as const;
const ofNode = ['leaveOut', 'goOn', 'wait', 'accept', 'askAgain'] as const;
const ofStep = ['retry', 'done', 'skip', 'stop', 'wait', 'breakGlass'] as const;
const moments: readonly MomentName[] = ['disruption', 'detection', 'declaration'];

/** Reads a change that a person may propose, with its known fields and nothing else; undefined where it is none. */
export function parseChange(value: unknown): Change | undefined {
  const change = fieldsOf(value);
  switch (change?.['on']) {
    case 'run':
      return isOf(ofRun, change['set']) ? { on: 'run', set: change['set'] } : undefined;
    case 'node':
      return changeOfNode(change);
    case 'step':
      return changeOfStep(change);
    case 'record':
      return changeOfRecord(fieldsOf(change['set']));
    default:
      return undefined;
  }
}

const isOf = <T extends string>(known: readonly T[], value: unknown): value is T =>
  known.includes(value as T);

function changeOfNode({ node, set, without }: Fields): Change | undefined {
  if (!isName(node) || !isOf(ofNode, set)) return undefined;
  if (without !== undefined && !isName(without)) return undefined;
  return { on: 'node', node, set, ...(without !== undefined && { without }) };
}

function changeOfStep(change: Fields): Change | undefined {
  const { path, set, outputs } = change;
  const meant = change['try'];
  if (!isName(path) || !isOf(ofStep, set) || (meant !== undefined && !isName(meant))) return undefined;
  const brought = outputs === undefined ? undefined : fieldsOf(outputs);
  if (outputs !== undefined && (!brought || !Object.values(brought).every(isScalar))) return undefined;
  return {
    on: 'step',
    path,
    set,
    ...(meant !== undefined && { try: meant }),
    ...(brought && { outputs: { ...brought } as Outputs }),
  };
}

function changeOfRecord(set: Fields | undefined): Change | undefined {
  if (!set || Object.keys(set).length > 2) return undefined;
  const { note, commander, command, rollcall, present, revoke, moment, at } = set;
  if (isText(note)) return { on: 'record', set: { note } };
  if (isName(commander)) return { on: 'record', set: { commander } };
  if (command === 'accept') return { on: 'record', set: { command } };
  if (rollcall === true) return { on: 'record', set: { rollcall } };
  if (present === true) return { on: 'record', set: { present } };
  if (isName(revoke)) return { on: 'record', set: { revoke } };
  return isOf(moments, moment) && isInstant(at) ? { on: 'record', set: { moment, at } } : undefined;
}
