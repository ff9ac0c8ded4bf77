import { setTimeout as sleep } from 'node:timers/promises';
import { type ActionContext, ActionFailure } from '../action.ts';
import type { CapturedOutput } from '../captured-output.ts';
import { formatDuration } from '../../core/units.ts';
import { type Answer, type Over, TooMuch } from './answers.ts';
import { nameOf, type SshHost } from './client.ts';
import type { Asked } from './order.ts';
import { openSession } from './session.ts';

/** First and longest wait between two attempts to connect, in milliseconds. */
const firstPause = 1_000;
const longestPause = 15_000;

/** What is known of a command before it is asked for: an order was sent, and it was heard of. */
export interface Known {
  sent: boolean;
  heard: boolean;
}

export interface Following {
  readonly to: SshHost;
  readonly order: (asked: Asked) => Promise<string>;
  readonly known: Known;
  /** Writes down what is known, durably: before anything is sent, and when it is first heard of. */
  readonly keep: (known: Known) => Promise<void>;
  /** For how long nothing may be heard before nobody can say what became of the command, in milliseconds. */
  readonly lostAfter: number;
  readonly output: CapturedOutput;
}

/** How it ended, and where its directory is. */
export interface Followed extends Over {
  readonly directory: string;
}

/**
 * Follows a command on another host to its end, over as many connections as that takes.
 * @throws ActionFailure where nothing was begun, or where nothing was heard for too long (`unknown`); the reason of the signal.
 */
export async function follow(following: Following, context: ActionContext): Promise<Followed> {
  const { known, to } = following;
  const listener = new Listener(following, context);
  let pause = firstPause;
  let heardAt = performance.now();
  for (;;) {
    let why = 'the line ended';
    try {
      for await (const answer of conversation(following, listener, context)) {
        [heardAt, pause] = [performance.now(), firstPause];
        const over = await listener.take(answer);
        if (over) return over;
      }
    } catch (error) {
      context.signal.throwIfAborted();
      if (!known.sent || error instanceof Refused || error instanceof TooMuch) throw error;
      why = (error as Error).message;
    }
    context.signal.throwIfAborted();
    const silence = performance.now() - heardAt;
    if (silence > following.lostAfter) throw lost(to, silence, why);
    context.log(
      `muster: lost the line to ${nameOf(to)}, where the command goes on. Connecting again: ${why}`,
    );
    await sleep(pause, undefined, { signal: context.signal });
    pause = Math.min(2 * pause, longestPause);
  }
}

/** One connection and what is told over it. */
async function* conversation(
  { to, order, known, keep }: Following,
  { from }: { readonly from: number },
  context: ActionContext,
): AsyncGenerator<Answer> {
  const session = await openSession(to, context, context.signal);
  try {
    const text = await order({ from, heard: known.heard });
    if (!known.sent) {
      await keep({ ...known, sent: true }); // On the disk first: a look after a crash must know that it may have begun.
      known.sent = true;
    }
    yield* session.order(text);
  } finally {
    session.close();
  }
}

/** What far.sh refused, in its words. */
class Refused extends ActionFailure {}

class Listener {
  from = 0;
  #shown = 0;
  #waits = false;
  #directory = '';
  #tail: Buffer = Buffer.alloc(0);
  readonly #following: Following;
  readonly #context: ActionContext;

  constructor(following: Following, context: ActionContext) {
    this.#following = following;
    this.#context = context;
  }

  /** @returns how the command ended, once that is told. @throws Refused */
  async take(answer: Answer): Promise<Followed | undefined> {
    const { to, known, output } = this.#following;
    switch (answer.word) {
      case 'at':
        this.#directory = answer.directory;
        return undefined;
      case 'busy':
        if (!this.#waits)
          this.#context.log(`muster: an earlier try is at work there and waited for: ${answer.directory}`);
        this.#waits = true;
        return undefined;
      case 'log':
        this.from += answer.bytes.length;
        output.push(answer.bytes);
        return this.#hear();
      case 'alive':
        this.#tell(answer.size);
        return this.#hear();
      case 'tail':
        this.#tail = answer.bytes;
        return undefined;
      case 'refuse':
        throw new Refused(`${nameOf(to)} ${answer.why}`, { kind: known.heard ? 'unknown' : answer.kind });
      case 'ordered':
        return undefined;
      case 'over':
        output.skip(answer.size - this.from - this.#tail.length, this.#tail);
        output.end();
        if (answer.began !== 'no') await this.#hear();
        return { ...answer, directory: this.#directory };
      default:
        return answer satisfies never;
    }
  }

  async #hear(): Promise<undefined> {
    const { known, keep } = this.#following;
    if (known.heard) return;
    known.heard = true;
    await keep(known);
  }

  /** Only where there is more than before: nothing new is no sign of life. */
  #tell(size: number): void {
    if (size > this.#shown)
      this.#context.progress({ doing: `at work on ${this.#following.to.host}, ${size} bytes of output` });
    this.#shown = size;
  }
}

const lost = (to: SshHost, silence: number, why: string): ActionFailure =>
  new ActionFailure(
    `Nothing was heard of ${nameOf(to)} for ${formatDuration(silence)}, and the command there may have ended or may still be at work. The last attempt: ${why}`,
    { kind: 'unknown' },
  );
