import { join } from 'node:path';
import { z } from 'zod';
import type { ActionContext } from '../action.ts';
import { ActionFailure } from '../action.ts';
import { type ChildResult, runOrFail } from '../child-process.ts';
import type { ExitCodes } from '../exit-codes.ts';
import { environment, maybeSecret } from '../field.ts';

/** https://restic.readthedocs.io/en/stable/075_scripting.html#exit-codes; before 0.17 every failure is a 1. */
export const resticExits: ExitCodes = {
  1: { means: 'it failed, and says why', kind: 'retryable' },
  2: { means: 'its own runtime ended it', kind: 'retryable' },
  3: { means: 'something could not be read', kind: 'retryable' },
  10: { means: 'there is no such repository', kind: 'terminal' },
  11: { means: 'the repository is locked', kind: 'retryable' },
  12: { means: 'the password is wrong', kind: 'terminal' },
  130: { means: 'it was interrupted', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

/** The fields of every action that opens a repository of restic. */
export const repositoryFields = {
  repository: z
    .string()
    .min(1)
    .describe(
      'The repository as restic takes it: a path, `s3:…`, `sftp:…`, `rest:…`. Without a password in it.',
    ),
  password: maybeSecret().describe('Its password, as a reference such as `file:/path`.'),
  env: environment().describe('What its backend needs, such as AWS_SECRET_ACCESS_KEY, as references.'),
};

export interface Repository {
  readonly repository: string;
  readonly password: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Call {
  readonly doing: string;
  readonly argv: readonly string[];
  /** Hears every line of the output. */
  readonly onLine?: (line: string) => void;
}

/** Runs restic on a repository. The password goes by the environment. @throws ActionFailure where it fails. */
export async function restic(
  { repository, password, env }: Repository,
  { doing, argv, onLine }: Call,
  context: ActionContext,
): Promise<ChildResult> {
  const cache = join(context.workDirectory, 'restic-cache');
  const program = ['restic', '--repo', repository, '--cache-dir', cache, ...argv];
  const takeLine = onLine && ((line: string) => (onLine(line), true));
  return runOrFail(program, context, {
    doing,
    codes: resticExits,
    env: { ...env, RESTIC_PASSWORD: password },
    ...(takeLine && { takeLine }),
  });
}

const snapshotShape = z.object({
  id: z.string(),
  short_id: z.string(),
  time: z.iso.datetime({ offset: true }),
  paths: z.array(z.string()),
  hostname: z.string().optional(),
  tags: z.array(z.string()).optional(),
  summary: z.object({ total_bytes_processed: z.number() }).optional(),
});

export type Snapshot = z.output<typeof snapshotShape>;

export interface Filter {
  readonly host?: string | undefined;
  readonly tags: readonly string[];
  readonly path?: string | undefined;
}

/** The snapshots that fit, the newest last. @throws ActionFailure where the repository cannot be read. */
export async function snapshots(
  repository: Repository,
  { host, tags }: Filter,
  context: ActionContext,
): Promise<Snapshot[]> {
  const filter = [
    ...(host === undefined ? [] : ['--host', host]),
    ...(tags.length > 0 ? ['--tag', tags.join(',')] : []),
  ];
  const argv = ['snapshots', '--json', '--no-lock', ...filter];
  const doing = `Reading the snapshots of ${repository.repository}`;
  const { stdout } = await restic(repository, { doing, argv, onLine: () => undefined }, context);
  const text = stdout.whole();
  if (text === undefined) throw tooMany(repository);
  return z
    .array(snapshotShape)
    .parse(JSON.parse(text))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

const tooMany = ({ repository }: Repository): ActionFailure =>
  new ActionFailure(
    `${repository} has more snapshots than can be read at once. Name host and tags of those that are meant.`,
    { kind: 'terminal' },
  );
