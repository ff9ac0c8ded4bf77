import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { createDurably } from '../durable.ts';

type Place = Pick<ActionContext, 'run' | 'try' | 'runDirectory'>;

/**
 * The idempotency key of a step: the same for every try of it until the server has refused a request with it. So a try
 * after one whose end nobody knows can do nothing twice, and a try after a refusal is a new request.
 */
export async function keyOf(place: Place): Promise<string> {
  await createDurably(fileOf(place), hashed(`${place.run}\0${place.try}`));
  return readFile(fileOf(place), 'utf8');
}

/** The server has refused a request with this key: to ask with it again would bring the same answer. */
export const forgetKey = (place: Place): Promise<void> => rm(fileOf(place), { force: true });

const fileOf = ({ runDirectory, try: id }: Place): string =>
  join(runDirectory, `idempotency-key-${hashed(id.replace(/#\d+$/, ''))}`);

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
