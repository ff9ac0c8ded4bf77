import type { z } from 'zod';
import type { RecoveryPoint } from '../../core/recovery-point.ts';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { rclone } from '../rclone/remote.ts';
import type { description } from './describe.ts';

export type Input = z.output<typeof description.input>;

const dated = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T_ -]?(\d\d)[-:.]?(\d\d)(?:[-:.]?(\d\d))?Z?)?$/;

/** The moment that a name says, in UTC; a day is its beginning. Undefined where it says none. */
export function timeOf(name: string): Instant | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = dated.exec(name) ?? [];
  if (year === undefined) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The dated directories of a source that can be restored as the step says, the newest last.
 * @throws ActionFailure where the source cannot be read, or not be decrypted: rclone would show it as empty.
 */
export async function backups(input: Input, context: ActionContext): Promise<RecoveryPoint[]> {
  const { source, verify } = input;
  let undecryptable = 0;
  const { stdout } = await rclone(
    input,
    {
      doing: `Reading what is in ${source}`,
      argv: ['lsf', '--max-depth=1', '--log-level=DEBUG', source],
      onSaid: ({ msg }) => (undecryptable += /undecryptable/i.test(msg) ? 1 : 0),
    },
    context,
  );
  const text = stdout.whole();
  if (text === undefined)
    throw new ActionFailure(
      `${source} holds more than can be listed at once. Name the directory that holds the backups.`,
      {
        kind: 'terminal',
      },
    );
  const names = new Set(text.split('\n').filter(Boolean));
  if (names.size === 0 && undecryptable > 0)
    throw new ActionFailure(
      `Nothing in ${source} can be decrypted (${undecryptable} names): the password of the crypt remote is wrong, or it is for another one.`,
      { kind: 'terminal' },
    );
  return [...names]
    .filter((name) => name.endsWith('/'))
    .map((name) => name.slice(0, -1))
    .filter((name) => verify === 'source' || names.has(`${name}.sha256`))
    .map((id) => ({ id, time: timeOf(id) ?? NaN, kind: 'directory', copy: source }))
    .filter(({ time }) => !Number.isNaN(time))
    .sort((a, b) => a.time - b.time);
}

/** The one that is pinned, or the newest. */
export function chosen({ point, source, verify }: Input, all: readonly RecoveryPoint[]): RecoveryPoint {
  const wanted = point === 'latest' ? undefined : point;
  const found = wanted === undefined ? all.at(-1) : all.find(({ id }) => id === wanted);
  if (found) return found;
  const newest = all.at(-1);
  const manifest = verify === 'manifest' ? ' with a manifest NAME.sha256 beside it' : '';
  throw new ActionFailure(
    `${source} has no ${wanted === undefined ? 'dated directory' : `directory ${wanted}`}${manifest}. ` +
      `${newest ? `The newest is ${newest.id}` : 'It has none at all'}. Plan anew, or name another one.`,
    { kind: 'terminal' },
  );
}
