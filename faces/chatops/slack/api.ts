import { isRecord } from '../../../contract/is-record.ts';
import type { Milliseconds } from '../../../core/units.ts';

/** What Slack did not do. `sure`: it certainly did not; else it may have, and the answer got lost. */
export class SlackFailure extends Error {
  override readonly name = 'SlackFailure';
  readonly sure: boolean;
  /** Slack is there and refuses this one call, so another one may be made. */
  readonly refused: string | undefined;
  /** How long Slack wants to be left alone. */
  readonly retryAfter: Milliseconds | undefined;
  constructor(
    message: string,
    so: { sure: boolean; refused?: string; retryAfter?: Milliseconds; cause?: unknown },
  ) {
    super(message, { cause: so.cause });
    this.sure = so.sure;
    this.refused = so.refused;
    this.retryAfter = so.retryAfter;
  }
}

export type SlackAnswer = Readonly<Record<string, unknown>>;

/** Calls a method of Slack's Web API with a token. @throws SlackFailure */
export type SlackCall = (method: string, args: Readonly<Record<string, unknown>>) => Promise<SlackAnswer>;

const patience: Milliseconds = 10_000;
/** Whatever Slack says: it asks for seconds, and nobody is to be without messages for a day. */
const longestWait: Milliseconds = 10 * 60_000;

/** Of methods that read, arguments are a form; Slack takes JSON for those that write only. */
const reads: ReadonlySet<string> = new Set(['conversations.history', 'conversations.replies']);

/** @param base where Slack's Web API is, e.g. `https://slack.com/api`. */
export function slackCall(base: string, token: string): SlackCall {
  return async (method, args) => {
    const form = reads.has(method);
    const response = await sent(`${base}/${method}`, {
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8',
      authorization: `Bearer ${token}`,
      body: form ? new URLSearchParams(args as Record<string, string>).toString() : JSON.stringify(args),
    });
    if (response.status === 429) throw tooMany(method, response);
    if (!response.ok)
      throw new SlackFailure(`Slack answered ${method} with ${response.status}.`, { sure: false });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!isRecord(answer))
      throw new SlackFailure(`Slack's answer to ${method} cannot be read.`, { sure: false });
    if (answer['ok'] === true) return answer;
    const refused = String(answer['error']);
    if (refused === 'ratelimited') throw tooMany(method, response);
    throw new SlackFailure(`Slack refuses ${method}: ${refused}.`, { sure: true, refused });
  };
}

/** Sends JSON to a `response_url`. @throws SlackFailure */
export async function respond(url: string, message: object): Promise<void> {
  const headers = { 'content-type': 'application/json; charset=utf-8', body: JSON.stringify(message) };
  const response = await sent(url, headers);
  if (!response.ok)
    throw new SlackFailure(`Slack answered a reply with ${response.status}.`, { sure: false });
}

async function sent(url: string, { body, ...headers }: { body: string } & Record<string, string>) {
  try {
    // A redirect could lead the token, or what is told, to somebody else.
    const redirect = 'error' as const;
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect,
      signal: AbortSignal.timeout(patience),
    });
  } catch (cause) {
    throw new SlackFailure('Slack does not answer.', { sure: false, cause });
  }
}

function tooMany(method: string, response: Response): SlackFailure {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  const retryAfter = Math.min(seconds > 0 ? seconds * 1_000 : 30_000, longestWait);
  return new SlackFailure(`Slack wants fewer calls of ${method}.`, { sure: true, retryAfter });
}
