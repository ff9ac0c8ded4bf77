import { createHash } from 'node:crypto';
import type { Entry, Journal } from '../../record/journal.ts';
import type { Background } from './background.ts';

/** How much is written down in a minute: who sends more of it shall not fill the disk. */
const mostPerMinute = 60;
const sampleLength = 400;

/** Journals what came in and led to nothing, up to a number in each minute; what is beyond is counted. */
export class Refusals {
  private readonly journal: Journal;
  private readonly background: Background;
  private minute = 0;
  private count = 0;

  constructor(journal: Journal, background: Background) {
    this.journal = journal;
    this.background = background;
  }

  /** Something was refused: why, its digest, and its beginning. */
  refuse(why: string, body: string | Buffer, from?: string): void {
    const bytes = Buffer.from(body as string);
    this.note({
      ...{ type: 'refused', why, bytes: bytes.length },
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      sample: bytes.toString('utf8', 0, sampleLength),
      ...(from !== undefined && { from }),
    });
  }

  /** Anything else of the kind. */
  note(entry: Entry): void {
    const minute = Math.floor(Date.now() / 60_000);
    const unwritten = Math.max(0, this.count - mostPerMinute);
    if (minute !== this.minute) [this.minute, this.count] = [minute, 0];
    this.count += 1;
    if (this.count > mostPerMinute) return;
    const before = this.count === 1 && unwritten > 0 ? { unwrittenBefore: unwritten } : {};
    this.background.do(() => this.journal.append({ ...entry, at: Date.now(), ...before }));
  }
}
