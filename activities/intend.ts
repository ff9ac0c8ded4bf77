import { createHash } from 'node:crypto';
import { failed } from '../actions/report.ts';
import type { PerformResult } from '../contract/perform.ts';
import { canonical } from '../core/canonical.ts';
import type { Digest } from '../core/units.ts';
import { type Intent, readIntent, UnreadableIntent, writeIntent } from '../host/intent.ts';
import { makeStepDirectory, stepDirectory } from '../host/step-directory.ts';
import type { Order } from './order.ts';

/**
 * Writes down, durably, what is going to be done, or finds that it was written down before.
 * @returns how the try ends where it must not be started or adopted.
 */
export async function intend(home: string, order: Order): Promise<PerformResult | undefined> {
  const { run, try: id, call } = order.input;
  const ours: Intent = { run, try: id, action: call.action, digest: digestOf(order) };
  const { standing, trouble } = await standingIntent(home, ours);
  if (standing === 'unreadable')
    return {
      outcome: 'unknown',
      outputs: {},
      found: {
        message: `what was started under this try nobody can say: ${trouble}. It was not started again`,
      },
    };
  if (!standing)
    return failed(`it was not started, nothing was run: its intent cannot be written (${trouble})`);
  if (standing.digest === ours.digest) return undefined;
  const message =
    `another call (${standing.action}, ${standing.digest}) was started under this try on this host; ` +
    `this one (${ours.action}, ${ours.digest}) was not started. Look at ${stepDirectory(home, ours)}`;
  return { outcome: 'unknown', outputs: {}, found: { message } };
}

async function standingIntent(
  home: string,
  ours: Intent,
): Promise<{ readonly standing?: Intent | 'unreadable' | undefined; readonly trouble?: string }> {
  const directory = stepDirectory(home, ours);
  try {
    const before = await readIntent(directory);
    if (before) return { standing: before };
    await makeStepDirectory(home, ours);
    return { standing: await writeIntent(directory, ours) };
  } catch (error) {
    if (error instanceof UnreadableIntent) return { standing: 'unreadable', trouble: error.message };
    // Another observer may have been quicker; then the try is not ours to call failed.
    return { standing: await readIntent(directory), trouble: (error as Error).message };
  }
}

/** Over all that makes the call what it is. */
const digestOf = ({ input, errand, enter, privateNetwork }: Order): Digest =>
  `sha256:${createHash('sha256')
    .update(canonical({ errand, of: input.of, enter, privateNetwork }))
    .digest('hex')}`;
