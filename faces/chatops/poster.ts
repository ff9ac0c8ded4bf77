import type { Milliseconds } from '../../core/units.ts';
import type { Marks } from './marks.ts';
import { type SlackAnswer, type SlackCall, SlackFailure } from './slack/api.ts';
import type { Message } from './slack/message.ts';
import { cut } from './slack/mrkdwn.ts';

export interface Post {
  /** The same id again is the same message. */
  readonly id: string;
  readonly message: Pick<Message, 'text' | 'blocks'>;
  readonly thread?: string;
  /** A reply that is shown in the channel, too. */
  readonly broadcast?: boolean;
  /** Kept with the message: the number of the last event that it tells. */
  readonly upTo?: number;
}

/** A message that is there. */
export interface Posted {
  readonly ts: string;
  readonly upTo: number;
}

const eventType = 'muster_told';
/** Errors of Slack's that are about the message itself. */
const unfit: ReadonlySet<string> = new Set(['invalid_blocks', 'msg_blocks_too_long', 'msg_too_long']);
const plainRoom = 1_000;
/** How far Slack's clock may be behind ours. */
const skew: Milliseconds = 5 * 60_000;

/** Posts and edits messages of one channel, each message once. */
export class Poster {
  private readonly slack: SlackCall;
  private readonly channel: string;
  private readonly marks: Marks;

  constructor(slack: SlackCall, channel: string, marks: Marks) {
    this.slack = slack;
    this.channel = channel;
    this.marks = marks;
  }

  /**
   * Posts a message, unless it is there already: what is to be posted is written down first, and looked for in the
   * channel where nobody knows what became of it. The caller saves the marks. @throws SlackFailure
   */
  async post({ id, message, thread, broadcast = false, upTo = 0 }: Post): Promise<Posted> {
    const { state } = this.marks;
    if (state.posting?.id === id) {
      const found = await this.find(state.posting);
      delete state.posting;
      if (found) return found;
    }
    state.posting = { id, at: Date.now(), ...(thread !== undefined && { thread }) };
    await this.marks.save();
    try {
      const { ts } = await this.say('chat.postMessage', message, {
        metadata: { event_type: eventType, event_payload: { id, up_to: upTo } },
        ...(thread !== undefined && { thread_ts: thread, reply_broadcast: broadcast }),
      });
      delete state.posting;
      return { ts: String(ts), upTo };
    } catch (failure) {
      if (failure instanceof SlackFailure && failure.sure) delete state.posting;
      throw failure;
    }
  }

  /** Puts another text in the place of a message; twice is harmless. @throws SlackFailure */
  async edit(ts: string, message: Pick<Message, 'text' | 'blocks'>): Promise<void> {
    await this.say('chat.update', message, { ts });
  }

  /** What Slack does not take as it is, is said in plain words: what comes after it must be told, too. */
  private async say(
    method: string,
    { text, blocks }: Pick<Message, 'text' | 'blocks'>,
    args: object,
  ): Promise<SlackAnswer> {
    const how = { channel: this.channel, parse: 'none', unfurl_links: false, unfurl_media: false, ...args };
    try {
      return await this.slack(method, { ...how, text, blocks });
    } catch (failure) {
      if (!(failure instanceof SlackFailure) || !unfit.has(failure.refused ?? '')) throw failure;
      return this.slack(method, { ...how, text: cut(text, plainRoom), blocks: [] });
    }
  }

  private async find({
    id,
    thread,
    at,
  }: NonNullable<Marks['state']['posting']>): Promise<Posted | undefined> {
    const where = { channel: this.channel, oldest: String((at - skew) / 1_000), limit: '200' };
    const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
    const answer = await this.slack(method, {
      ...where,
      include_all_metadata: 'true',
      ...(thread !== undefined && { ts: thread }),
    });
    const ours = messagesOf(answer).find(({ metadata }) => metadata?.event_payload?.id === id);
    return ours && { ts: ours.ts, upTo: ours.metadata?.event_payload?.up_to ?? 0 };
  }
}

interface Found {
  readonly ts: string;
  readonly metadata?: { readonly event_payload?: { readonly id?: string; readonly up_to?: number } };
}

const messagesOf = (answer: SlackAnswer): readonly Found[] => (answer['messages'] ?? []) as readonly Found[];
