import type { Journal } from '../../record/journal.ts';
import { Background } from '../http/background.ts';
import { Refusals } from '../http/refusals.ts';
import type { Proof } from './slack/verify.ts';
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

/** Where requests come in, by whichever way: they are read and pinned, and what is refused is journalled. */
export class Front {
  private readonly options: FrontOptions;
  private readonly working: Background;
  private readonly refusals: Refusals;

  constructor(options: FrontOptions) {
    this.options = options;
    this.working = new Background(options.onProblem);
    this.refusals = new Refusals(options.journal, this.working);
  }

  /**
   * What to answer a request that is proved to be Slack's; undefined: it is refused.
   * @param proof is written down first, so that the request is known again after a restart.
   */
  async take(
    type: 'slash_commands' | 'interactive',
    payload: unknown,
    proof?: Proof,
  ): Promise<Ack | undefined> {
    const request = readRequest(type, payload, this.options.pins);
    if (typeof request !== 'string') {
      if (proof) await this.remember(proof);
      return this.options.handle(request);
    }
    this.refuse(request, JSON.stringify(payload) ?? '');
    return undefined;
  }

  /** A disk that takes nothing must not keep people from looking; what they decide is written down before it counts. */
  private async remember(proof: Proof): Promise<void> {
    const { journal, onProblem } = this.options;
    await journal.append({ type: 'request', at: Date.now(), proof }).catch(onProblem);
  }

  /** Journals that something was refused. */
  refuse(why: string, body: string | Buffer, from?: string): void {
    this.refusals.refuse(why, body, from);
  }

  /** Does something after the answer; a failure is told. */
  background(work: (() => Promise<void>) | undefined): void {
    if (work) this.working.do(work);
  }

  /** Until all is done that was begun. */
  settled(): Promise<void> {
    return this.working.settled();
  }
}
