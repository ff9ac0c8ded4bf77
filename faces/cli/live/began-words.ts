import { triggerPrefix } from '../../../core/vouch.ts';
import type { RunView } from '../../../core/view.ts';
import { plainWords } from './readable.ts';

/** Who, or which alarm, began a run, and in which words: what somebody must know who declares; nothing where nobody said why. */
export function beganWords(
  { startedBy, startedWhy = '' }: Pick<RunView, 'startedBy' | 'startedWhy'>,
  text: (data: string) => string = (data) => data,
): string {
  if (startedWhy === '') return '';
  const why = text(plainWords(startedWhy));
  if (!startedBy.startsWith(triggerPrefix)) return `${text(startedBy)} began it: ${why}`;
  return `ALARM ${text(startedBy.slice(triggerPrefix.length))} proposes it: ${why}`;
}
