import { ActionFailure, type ActionContext } from '../action.ts';
import { bytesOf, type WalRange } from './wal-archive.ts';

const keptLines = 12;

/** What PostgreSQL says of WAL that is broken, and not merely at its end (which it finds zeroed or recycled). */
const damage =
  /incorrect (?:resource manager data checksum|prev-link)|invalid (?:resource manager ID|magic number|info bits|contrecord|record offset)|wanted \d+, got [1-9]/;

/** Follows the log of a server that replays WAL: how far it is, and what it says. */
export class ReplayLog {
  targetNotReached = false;
  acceptsConnections = false;
  readonly #range: WalRange;
  readonly #context: ActionContext;
  #lines: string[] = [];
  #damage?: string;

  constructor(range: WalRange, context: ActionContext) {
    this.#range = range;
    this.#context = context;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) {
      this.#context.log(line);
      this.#follow(line);
    }
    this.#lines = [...this.#lines, ...lines].slice(-keptLines);
  }

  /** Its last lines, for a message: what is wrong stands there. */
  tail(): string {
    const serious = this.#lines.filter((line) => /^(FATAL|PANIC|ERROR|DETAIL|HINT):/.test(line));
    return (serious.length > 0 ? serious : this.#lines).join(' ').trim() || 'nothing';
  }

  /**
   * PostgreSQL takes a record that it cannot read for the end of the WAL and promotes; whether that was the
   * end only the archive can tell.
   * @throws ActionFailure where there are segments behind it, or the record was damaged.
   */
  mustHaveReachedTheEnd(lsn: string): void {
    const { last, segmentSize } = this.#range;
    const inLast = bytesOf(lsn) > last.number * segmentSize;
    if (inLast && this.#damage === undefined) return;
    throw new ActionFailure(
      `The archived WAL is damaged: it could be replayed to ${lsn} only, and the archive goes on to the end of segment ${last.name}. ` +
        `PostgreSQL said: ${this.#damage ?? 'nothing'}. Nothing was replaced. Find an undamaged copy of the segment, or say recoverTo, an earlier time.`,
    );
  }

  #follow(line: string): void {
    if (line.includes('recovery ended before configured recovery target was reached'))
      this.targetNotReached = true;
    if (line.includes('is ready to accept')) this.acceptsConnections = true;
    if (damage.test(line)) this.#damage = line.replace(/^LOG:\s+/, '');
    const restored = /restored log file "[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})"/.exec(line);
    const current = /current LSN: ([0-9A-F]+\/[0-9A-F]+)/.exec(line)?.[1];
    if (current) this.#tell(bytesOf(current));
    else if (restored) {
      const [, log = '', segment = ''] = restored;
      this.#tell(parseInt(log, 16) * 2 ** 32 + parseInt(segment, 16) * this.#range.segmentSize);
    }
  }

  #tell(position: number): void {
    const { first, last, segmentSize } = this.#range;
    const total = (last.number - first + 1) * segmentSize;
    const done = Math.min(total, Math.max(0, position - first * segmentSize));
    this.#context.progress({ done, total, unit: 'bytes', doing: 'replaying WAL' });
  }
}
