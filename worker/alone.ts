import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { bootId } from '../actions/process-identity.ts';

/**
 * Who polls for a worker host. What makes the host is its state directory in this boot of its machine: a process that is started
 * anew is the same, a copy of the directory elsewhere is not.
 */
export interface Poller {
  readonly host: string;
  /** When its process began, in milliseconds since 1970. */
  readonly since: number;
}

/** The name by which Temporal knows a worker; people read its beginning in Temporal's own UI. */
export const identityOf = (hostName: string, { host, since }: Poller): string =>
  `${process.pid}@${hostName} ${host} ${since}`;

export function pollerOf(home: string, since = Date.now()): Poller {
  const { dev, ino } = statSync(home);
  return { host: `${bootId()}.${dev}.${ino}`, since };
}

/** A poll lasts a minute at most; who has begun none for longer is not there. */
const pollsWithinMs = 70_000;

/**
 * Whether somebody else polls for the same worker host: a copy of its state directory, with its `host-id`. Two of them would each
 * start what the other has started, for a try's files are on one of them.
 * @returns the name of one that has been there for longer.
 */
export async function anotherOne(
  client: Client,
  taskQueue: string,
  own: Poller,
  now = Date.now(),
): Promise<string | undefined> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 2, // that of activities
  });
  return (
    pollers?.find(({ identity, lastAccessTime }) => {
      const [, host, since] = /^\S+ (\S+) (\d+)$/.exec(identity ?? '') ?? [];
      const seenMs = Number(lastAccessTime?.seconds ?? 0) * 1_000;
      return (
        host !== undefined && host !== own.host && Number(since) < own.since && now - seenMs < pollsWithinMs
      );
    })?.identity ?? undefined
  );
}

const lookEveryMs = 60_000;

/**
 * Looks at once, and then every minute, and ends with an error where this worker is not alone. At the start one that is only
 * remembered, for its machine was started anew a moment ago, is waited for until it is forgotten.
 * @throws Error that says what to do.
 */
export async function demandAlone(
  look: () => Promise<string | undefined>,
  { taskQueue, wait = sleep }: { readonly taskQueue: string; readonly wait?: typeof sleep },
  signal: AbortSignal,
): Promise<void> {
  for (let looks = 0; looks < pollsWithinMs / 5_000; looks += 1) {
    if ((await look()) === undefined) return;
    await wait(5_000, undefined, { signal });
  }
  const other = await look();
  if (other !== undefined) throw notAlone(taskQueue, other);
}

/** While it works. @throws Error as soon as somebody else works as this host who has been there for longer. */
export async function stayAlone(
  look: () => Promise<string | undefined>,
  taskQueue: string,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    await sleep(lookEveryMs, undefined, { signal });
    // A service that does not answer now shows nobody else.
    const other = await look().catch(() => undefined);
    if (other !== undefined) throw notAlone(taskQueue, other);
  }
}

const notAlone = (taskQueue: string, other: string): Error =>
  new Error(
    `Another worker works as this host (${taskQueue}): ${other.split(' ')[0]}. This state directory is a copy of that one's. ` +
      'Stop the other for good, or remove the file host-id here, and this becomes a worker host of its own.',
  );
