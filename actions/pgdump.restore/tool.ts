import { type ActionContext, ActionFailure } from '../action.ts';
import { type ChildOptions, runChild } from '../child-process.ts';
import { type EndKind, type ExitCodes, meaningOf } from '../exit-codes.ts';
import { findPrograms, type Program } from '../postgres/binaries.ts';

/** Its manual names none; its sources know 0 and 1. */
export const pgRestoreExits: ExitCodes = {
  1: { means: 'it failed, and says why', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

/**
 * Finds a pg_restore: of the server's version, for a newer one says settings that an older server does not know; else the oldest
 * that reads the dump.
 * @throws ActionFailure where there is none.
 */
export async function findPgRestore(
  named: string | undefined,
  versions: { readonly dump?: number; readonly server?: number } = {},
): Promise<Program> {
  const all = await findPrograms('pg_restore', named);
  const able = all.filter(({ version }) => version >= (versions.dump ?? 0));
  const found = able.find(({ version }) => version === versions.server) ?? (versions.server === undefined ? able[0] : able.at(-1)); // prettier-ignore
  if (found) return found;
  const there = all.length > 0 ? `, only of version ${all.map(({ version }) => version).join(', ')}` : '';
  throw new ActionFailure(
    `There is no pg_restore${versions.dump === undefined ? '' : ` of version ${versions.dump} or later`} ${named === undefined ? 'on this host' : `in ${named}`}${there}. Install the client programs of PostgreSQL, or say where they are: binaries.`,
    { kind: 'terminal' },
  );
}

/** What it says when it fails, and what that means for a person; the first that fits. */
const troubles: readonly (readonly [RegExp, string, EndKind])[] = [
  [
    /unsupported version/,
    'This pg_restore is too old for the dump: install the client programs of the version that made it.',
    'terminal',
  ],
  [
    /role ".*" does not exist/,
    'Create the role on the server first, or restore with `ownership: false`.',
    'terminal',
  ],
  [
    /extension ".*" is not available|extension control file/,
    'Install the packages of the extension on the server first.',
    'terminal',
  ],
  [/No space left/, 'Make room on the server, and retry.', 'retryable'],
  [
    /out of shared memory|max_locks_per_transaction/,
    'Too many objects for one transaction: restore with `jobs: 2` or more, or raise max_locks_per_transaction.',
    'terminal',
  ],
  [
    /^(?!.*ERROR: ).*(could not (uncompress|read from input|open input|close data file|find)|end of file|magic string|valid archive|corrupt|unexpected|incorrect data check|did not match)/s,
    'The dump is damaged, or no dump of this format. Take another one.',
    'terminal',
  ],
];

/** Runs pg_restore. @throws ActionFailure with what it said and what to do where it fails. */
export async function pgRestore(
  argv: readonly string[],
  context: ActionContext,
  { doing, ...options }: ChildOptions & { readonly doing: string },
): Promise<string> {
  const env = { ...options.env, LC_ALL: 'C' }; // What it says is read here, too.
  const { exit, stdout, stderr } = await runChild(argv, context, { ...options, env });
  if (exit === 0) return stdout.text(64_000);
  const said = lastWords(stderr.text(64_000));
  const meaning = meaningOf(exit, pgRestoreExits);
  const [, advice, kind] = troubles.find(([pattern]) => pattern.test(said)) ?? [];
  throw new ActionFailure(
    `${doing} failed: pg_restore exited with ${exit} (${meaning.means}). ${advice ? `${advice} ` : ''}It said: ${said || 'nothing'}`,
    { kind: kind ?? meaning.kind },
  );
}

/** From its first error on; what it tells of its progress stands before. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n');
  const first = lines.findIndex((line) => /^pg_restore(?:: \[.*?\])?: (error|fatal)|error:/.test(line));
  return lines.slice(first < 0 ? -3 : first).join('\n').slice(0, 1_000); // prettier-ignore
}
