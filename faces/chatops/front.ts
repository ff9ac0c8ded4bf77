import { createHash } from 'node:crypto';
import type { Journal } from '../../record/journal.ts';
import { type Pins, readRequest, type SlackRequest } from './slack/request.ts';

/** What Slack gets at once, and what is done after it has it. */
export interface Ack {
  readonly body?: object;
  readonly work?: () => Promise<void>;
}

export interface FrontOptions {
  readonly pins: Pins;
  readonly journal: Journal;
  readonly handle: (request: SlackRequest) => Promise<Ack>;
  readonly onProblem: (problem: unknown) => void;
}

/** How many refusals are written down in a minute: who sends more of them shall not fill the disk. */
const refusalsPerMinute = 60;
const sampleLength = 400;

/** Where requests come in, by whichever way: they are read and pinned, and what is refused is journalled. */
export class Front {
  private readonly options: FrontOptions;
  private readonly working = new Set<Promise<void>>();
  private minute = 0;
  private refusals = 0;

  constructor(options: FrontOptions) {
    this.options = options;
  }

  /** What to answer a request that is proved to be Slack's; undefined: it is refused. */
  async take(type: 'slash_commands' | 'interactive', payload: unknown): Promise<Ack | undefined> {
    const request = readRequest(type, payload, this.options.pins);
    if (typeof request !== 'string') return this.options.handle(request);
    this.refuse(request, JSON.stringify(payload) ?? '');
    return undefined;
  }

  /** Journals that something was refused: why, its digest, and its beginning. */
  refuse(why: string, body: string | Buffer, from?: string): void {
    const minute = Math.floor(Date.now() / 60_000);
    const unwritten = Math.max(0, this.refusals - refusalsPerMinute);
    if (minute !== this.minute) [this.minute, this.refusals] = [minute, 0];
    this.refusals += 1;
    if (this.refusals > refusalsPerMinute) return;
    const bytes = Buffer.from(body as string);
    const entry = {
      ...{ type: 'refused', at: Date.now(), why, bytes: bytes.length },
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      sample: bytes.toString('utf8', 0, sampleLength),
      ...(from !== undefined && { from }),
      ...(this.refusals === 1 && unwritten > 0 && { unwrittenBefore: unwritten }),
    };
    this.background(() => this.options.journal.append(entry));
  }

  /** Does something after the answer; a failure is told. */
  background(work: (() => Promise<void>) | undefined): void {
    if (!work) return;
    const done = work()
      .catch(this.options.onProblem)
      .finally(() => this.working.delete(done));
    this.working.add(done);
  }

  /** Until all is done that was begun. */
  async settled(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working);
  }
}
