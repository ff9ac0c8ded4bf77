import { ActionFailure } from '../action.ts';

/** So often restic reads the same piece that is not there, ends too early, or is not what its name says, before it is given up here. */
const mostReads = 4;

const retried =
  /^Load\(<(\S+?)>.* returned error, retrying after .*: (.*(?:EOF|hash|invalid|short|no such file|not exist).*)$/;

export interface DamageAlarm {
  readonly line: (line: string) => void;
  /** Aborted with the reason when a piece is damaged for good. */
  readonly signal: AbortSignal;
}

/**
 * Listens to what restic says for a piece of the repository that is damaged: restic itself reads it again for a quarter of
 * an hour, as it must where a network is bad. An answer that does not come at all is left to restic.
 */
export function damageAlarm(): DamageAlarm {
  const alarm = new AbortController();
  const reads = new Map<string, number>();
  return {
    signal: alarm.signal,
    line(line) {
      const [, piece = '', why = ''] = retried.exec(line) ?? [];
      if (piece === '') return;
      const count = (reads.get(piece) ?? 0) + 1;
      reads.set(piece, count);
      if (count >= mostReads) alarm.abort(damaged(piece, why));
    },
  };
}

const damaged = (piece: string, why: string): ActionFailure =>
  new ActionFailure(
    `The repository is damaged: ${piece} cannot be read whole (${why}, ${mostReads} times). Nothing was replaced. ` +
      'See what is left (restic check --read-data), and take another snapshot or another copy.',
    { kind: 'terminal' },
  );
