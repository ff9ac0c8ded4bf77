import { type ActionContext, ActionFailure } from '../action.ts';
import { nameOf, type SshHost } from './client.ts';
import { type FarCommand, stopOrder } from './order.ts';
import { openSession } from './session.ts';

/** How long the end is waited for, in milliseconds: less than an action has that was told to end. */
const patienceMs = 8_500;

/**
 * Ends a command on another host: TERM, five seconds, KILL, for its session and whoever bears its token. Once it is ordered it is done
 * there, whether or not the line holds.
 * @throws ActionFailure `unknown` where its end was not heard of in time.
 */
export async function halt(to: SshHost, command: FarCommand, context: ActionContext): Promise<void> {
  let ordered = false;
  let why = 'it had not ended yet';
  try {
    const session = await openSession(to, context, AbortSignal.timeout(patienceMs));
    for await (const answer of session.order(await stopOrder(command))) {
      if (answer.word === 'ordered') ordered = true;
      if (answer.word === 'refuse') why = answer.why;
      if (answer.word === 'over') return;
    }
  } catch (error) {
    why = (error as Error).message;
  }
  const what = ordered ? 'is being stopped there' : 'could not be told to stop, and may be at work there';
  throw new ActionFailure(`The command on ${nameOf(to)} ${what}: ${why}. Look there before deciding`, {
    kind: 'unknown',
  });
}
