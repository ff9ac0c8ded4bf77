import { type ActionContext, ActionFailure } from '../action.ts';
import { type Repository, restic, type Snapshot } from '../restic/repository.ts';

/**
 * Asks restic for each path or pattern by itself, in its own language of patterns: a restore takes what is there, and says
 * nothing of what is not.
 * @throws ActionFailure that names those that match nothing.
 */
export async function mustHold(
  repository: Repository,
  { id, short_id }: Snapshot,
  wanted: readonly string[],
  context: ActionContext,
): Promise<void> {
  const absent: string[] = [];
  for (const pattern of wanted) {
    const argv = ['find', '--json', '--no-lock', '--snapshot', id, '--', pattern];
    const doing = `Looking for ${pattern} in ${short_id}`;
    const { stdout } = await restic(repository, { doing, argv, onLine: () => undefined }, context);
    if (!/"hits":\s*[1-9]/.test(stdout.text(100_000).slice(-1_000))) absent.push(pattern);
  }
  if (absent.length === 0) return;
  throw new ActionFailure(
    `The snapshot ${short_id} has no ${absent.join(', no ')}. Nothing was replaced. Look at what is in it (restic ls ${short_id}).`,
    { kind: 'terminal' },
  );
}
