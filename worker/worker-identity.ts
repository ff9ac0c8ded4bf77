import type { Mode } from '../core/names.ts';
import type { WorkerSettings } from './run-worker.ts';

const modesThereAre: readonly Mode[] = ['live', 'rehearsal'];

/**
 * What a worker is called and what it takes, from `MUSTER_WORKER_NAME`, `MUSTER_WORKER_LABELS` and `MUSTER_WORKER_MODES` (lists with
 * commas). @throws RangeError where one of them cannot be meant.
 */
export function workerIdentity(
  env: Readonly<Record<string, string | undefined>>,
  hostName: string,
): Pick<WorkerSettings, 'hostName' | 'labels' | 'modes'> {
  const labels = listOf(env['MUSTER_WORKER_LABELS']);
  const wrong = labels.find((label) => !/^[a-z][a-z0-9-]{0,62}$/.test(label));
  if (wrong !== undefined)
    throw new RangeError(
      `MUSTER_WORKER_LABELS: ${JSON.stringify(wrong)} is no label (lower-case letters, digits and -, a letter first)`,
    );
  const modes = listOf(env['MUSTER_WORKER_MODES']).map(modeOf);
  if (modes.length > 0 && !modes.includes('live') && labels.length === 0)
    throw new RangeError(
      'MUSTER_WORKER_MODES: a worker that takes no live runs is asked by its labels only, and MUSTER_WORKER_LABELS names none',
    );
  return { hostName: env['MUSTER_WORKER_NAME'] || hostName, labels, ...(modes.length > 0 && { modes }) };
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

function modeOf(text: string): Mode {
  const mode = modesThereAre.find((one) => one === text);
  if (mode) return mode;
  throw new RangeError(`MUSTER_WORKER_MODES: ${JSON.stringify(text)} is none of ${modesThereAre.join(', ')}`);
}
