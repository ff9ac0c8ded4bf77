import { Webhook } from 'standardwebhooks';
import { ActionFailure } from '../../actions/action.ts';
import { runChild } from '../../actions/child-process.ts';
import { runToken } from '../../actions/marker.ts';
import { Secrets } from '../../actions/secret.ts';
import type { DeliveryResult } from '../../contract/courier.ts';
import type { Notice, NoticeTarget } from '../../core/notice.ts';
import { adaptiveCard } from './adaptive-card.ts';
import { cloudEvent } from './cloud-event.ts';
import { post } from './post.ts';

/** One try to bring a notice to where its entry says. What is secret is looked up now, and stands in no result. */
export async function send(notice: Notice, target: NoticeTarget): Promise<DeliveryResult> {
  try {
    if ('webhook' in target) return await sendWebhook(notice, target.webhook);
    if ('teams' in target) return await sendCard(notice, target.teams);
    return await runCommand(notice, target.command);
  } catch (error) {
    if (error instanceof ActionFailure) return { delivered: false, problem: error.message };
    throw error;
  }
}

/** As Standard Webhooks 1.0 signs: id, timestamp and body; the id is the notice's, so that a repetition is seen as one. */
async function sendWebhook(
  notice: Notice,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<DeliveryResult> {
  const secrets = new Secrets();
  const [address, key] = [await secrets.reveal(url), await secrets.reveal(secret)];
  const body = JSON.stringify(cloudEvent(notice));
  const now = new Date();
  return post(address, body, {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': notice.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signerOf(key).sign(notice.id, now, body),
  });
}

/** A secret of Standard Webhooks is base64, 24 to 64 bytes, with or without its prefix. */
function signerOf(secret: string): Webhook {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length;
  if (bytes >= 24 && bytes <= 64) return new Webhook(secret);
  throw new ActionFailure(
    'The secret is none of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64 (`openssl rand -base64 32`).',
  );
}

async function sendCard(
  notice: Notice,
  { url, link }: { readonly url: string; readonly link?: string },
): Promise<DeliveryResult> {
  const secrets = new Secrets();
  const address = await secrets.reveal(url);
  const page = link === undefined ? undefined : await secrets.reveal(link);
  return post(address, JSON.stringify(adaptiveCard(notice, page)), {
    'content-type': 'application/json; charset=utf-8',
  });
}

const commandTimeoutMs = 30_000;

/** The event is on its standard input; exit code 0 says that it is told. */
async function runCommand(notice: Notice, argv: readonly string[]): Promise<DeliveryResult> {
  const signal = AbortSignal.timeout(commandTimeoutMs);
  const context = {
    run: notice.run.id,
    try: notice.id,
    token: runToken(notice.run.id),
    workDirectory: '/',
    runDirectory: '/',
    enter: [],
    signal,
    progress: () => undefined,
    log: () => undefined,
  };
  try {
    const { exit, stderr } = await runChild(argv, context, { stdin: JSON.stringify(cloudEvent(notice)) });
    if (exit === 0) return { delivered: true };
    const said = stderr.text(300).trim();
    return { delivered: false, problem: `${argv[0]} exited with ${exit}${said && `: ${said}`}` };
  } catch (error) {
    if (!signal.aborted) throw error;
    const problem = `${argv[0]} took longer than ${commandTimeoutMs / 1_000} s`;
    return { delivered: false, problem };
  }
}
