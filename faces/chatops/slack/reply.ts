import { respond, type SlackCall } from './api.ts';
import type { SlackRequest } from './request.ts';

/** Tells only the user who asked. */
export type Reply = (to: Pick<SlackRequest, 'user' | 'replyTo'>, blocks: readonly object[]) => Promise<void>;

/** By the request's own `response_url` (whose host was checked), else in the channel. */
export const replyBy =
  (slack: SlackCall, channel: string): Reply =>
  async ({ user, replyTo }, blocks) => {
    const message = { text: textOf(blocks), blocks };
    if (replyTo !== undefined)
      return respond(replyTo, { response_type: 'ephemeral', replace_original: false, ...message });
    await slack('chat.postEphemeral', { channel, user: user.split('/')[1] ?? '', ...message });
  };

/** What notifications show of blocks. */
const textOf = (blocks: readonly object[]): string =>
  blocks
    .flatMap((block) => (block as { text?: { text?: string } }).text?.text ?? [])
    .join('\n')
    .slice(0, 2_900);
