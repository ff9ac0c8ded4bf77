import { setTimeout as sleep } from 'node:timers/promises';
import type { Milliseconds } from '../../core/units.ts';
import { type SlackCall, SlackFailure } from './slack/api.ts';

export interface GreetOptions {
  readonly slack: SlackCall;
  readonly team: string;
  readonly channel: string;
  /** Something is wrong; it is tried again. */
  readonly onProblem: (problem: unknown) => Promise<void> | void;
  readonly signal: AbortSignal;
  /** The first wait before the next try. */
  readonly pause?: Milliseconds;
}

const longestPause: Milliseconds = 60_000;

/**
 * Waits until Slack has said that the bot is of the team and reads the channel; false where that was ended before. Until then nothing is joined
 * to anything, whatever is listening here.
 */
export async function greet(options: GreetOptions): Promise<boolean> {
  const { onProblem, signal } = options;
  for (let pause = options.pause ?? 2_000; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
    try {
      await answered(options);
      return true;
    } catch (problem) {
      if (!(problem instanceof SlackFailure)) throw problem;
      await onProblem(inWords(problem, options));
      await sleep(problem.retryAfter ?? pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  return false;
}

async function answered({ slack, team, channel }: GreetOptions): Promise<void> {
  const { team_id: known } = await slack('auth.test', {});
  if (known !== team)
    throw new SlackFailure(`The bot token is of the team ${String(known)}, not of ${team}.`, {
      ...{ sure: true, refused: 'other_team' },
    });
  await slack('conversations.history', { channel, limit: '1' });
}

function inWords(failure: SlackFailure, { channel }: GreetOptions): Error {
  const hint = hints[failure.refused ?? ''] ?? 'it is tried again.';
  return new Error(`The runs are not joined to ${channel} yet. ${failure.message} To mend it: ${hint}`, {
    cause: failure,
  });
}

const hints: Readonly<Record<string, string>> = {
  invalid_auth: 'put the bot token of the installed app (xoxb-…) where botToken points, and start again.',
  not_authed: 'put the bot token of the installed app (xoxb-…) where botToken points, and start again.',
  token_revoked: 'install the app anew, put its bot token where botToken points, and start again.',
  account_inactive: 'install the app anew, put its bot token where botToken points, and start again.',
  missing_scope: 'give the app the scopes of the manifest in docs/chatops.md, and install it again.',
  channel_not_found: 'invite the app to the channel, /invite @muster, and look at channel: its id.',
  not_in_channel: 'invite the app to the channel: /invite @muster.',
  other_team: 'correct team, or botToken, and start again.',
};
