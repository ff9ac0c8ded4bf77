import type { DoStep, PinnedPoint } from '../../../core/plan.ts';
import { isTemplate, refKey, type Value } from '../../../core/value.ts';

const origins = ['repository', 'backup', 'archive'];
const places = ['dataDirectory', 'destination', 'directory'];

/** A step of recovering in words: what is restored where and to which moment, as far as its input says. */
export function restoreText(step: DoStep): string {
  const input = step.do.with;
  const first = (keys: readonly string[]) => {
    const key = keys.find((known) => input[known] !== undefined);
    return key === undefined ? undefined : valueText(input[key]!);
  };
  const [origin, place, moment] = [first(origins), first(places), first(['recoverTo', 'to'])];
  const words = [
    `${step.title}: ${step.do.action}`,
    origin !== undefined && `from ${origin}`,
    place !== undefined && `into ${place}`,
    moment !== undefined && `to ${moment}`,
    step.do.pinned && pointText(step.do.pinned),
    step.noReturn && '(no way back)',
  ];
  return words.filter((word) => word !== false).join(' ');
}

/** `of monday (full, of 2026-03-14 03:00:00Z)`: the recovery point, and the moment that it brings back. */
const pointText = ({ id, kind, at }: PinnedPoint): string =>
  `of ${id} (${kind}, as of ${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z)`;

/** A value with what the run fills in shown by where it comes from. */
function valueText(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (!isTemplate(value)) return JSON.stringify(value);
  return value.$parts.map((part) => ('text' in part ? part.text : `{${refKey(part.ref)}}`)).join('');
}
