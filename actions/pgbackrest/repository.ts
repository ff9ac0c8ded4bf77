import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { type ChildResult, runOrFail } from '../child-process.ts';
import { absolutePath, environment, maybeSecret, wholeNumber } from '../field.ts';
import type { Account } from '../servers/account.ts';
import { pgbackrestExits } from './exits.ts';

/** The fields of every action that opens a repository of pgBackRest. */
export const repositoryFields = {
  stanza: z
    .string()
    .regex(/^\w[\w.-]*$/, 'must be the name of a stanza')
    .describe('The stanza: the name of the cluster in the repository.'),
  config: absolutePath()
    .optional()
    .describe('The configuration file. Default: that of pgBackRest, /etc/pgbackrest/pgbackrest.conf.'),
  repo: wholeNumber({ min: 1, max: 256 })
    .default(1)
    .describe('Which repository of the configuration: 1 is repo1.'),
  cipherPass: maybeSecret()
    .optional()
    .describe(
      'The passphrase of the repository, as a reference such as `file:/path`. Default: what the configuration says.',
    ),
  env: environment().describe(
    'What its storage needs, such as PGBACKREST_REPO1_S3_KEY_SECRET, as references.',
  ),
};

export interface Repository {
  readonly stanza: string;
  readonly config?: string | undefined;
  readonly repo: number;
  readonly cipherPass?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** pgBackRest on a repository, as the account of the server: what it restores belongs to whoever runs it. */
export interface Caller {
  readonly repository: Repository;
  readonly account: Account;
}

/** What it must find in its environment; the values may be references. */
export const environmentOf = ({ repo, cipherPass, env }: Repository): Readonly<Record<string, string>> => ({
  ...env,
  ...(cipherPass !== undefined && { [`PGBACKREST_REPO${repo}_CIPHER_PASS`]: cipherPass }),
});

export const argvOf = (
  { stanza, config, repo }: Repository,
  command: string,
  options: readonly string[] = [],
): string[] => [
  'pgbackrest',
  ...(config === undefined ? [] : [`--config=${config}`]),
  `--stanza=${stanza}`,
  `--repo=${repo}`,
  '--log-level-file=off',
  '--log-level-stderr=off',
  ...options,
  command,
];

/** @throws ActionFailure where it fails; its codes say whether it may be tried again. */
export const pgbackrest = (
  { repository, account }: Caller,
  call: { readonly doing: string; readonly argv: readonly string[]; readonly into?: string },
  context: ActionContext,
): Promise<ChildResult> => {
  const argv = [...account.as, ...call.argv];
  return runOrFail(
    call.into === undefined ? argv : ['sh', '-c', 'exec "$@" >"$0"', call.into, ...argv],
    context,
    {
      doing: call.doing,
      codes: pgbackrestExits,
      cwd: '/',
      env: environmentOf(repository),
    },
  );
};

const backupShape = z.object({
  label: z.string(),
  type: z.string(),
  error: z.boolean().nullish(),
  archive: z.object({ start: z.string().nullable() }),
  database: z.object({ id: z.number(), 'repo-key': z.number() }),
  info: z.object({ size: z.number() }),
  timestamp: z.object({ stop: z.number() }),
});

const infoShape = z.array(
  z.object({
    name: z.string(),
    archive: z.array(
      z.object({
        id: z.string(),
        max: z.string().nullable(),
        database: z.object({ id: z.number(), 'repo-key': z.number() }),
      }),
    ),
    backup: z.array(backupShape),
    repo: z
      .array(z.object({ key: z.number(), status: z.object({ code: z.number(), message: z.string() }) }))
      .default([]),
    status: z.object({ code: z.number(), message: z.string() }),
  }),
);

export interface Backup {
  readonly id: string;
  /** When it was complete. */
  readonly time: Instant;
  readonly type: string;
  readonly bytes: number;
  /** The archive of its cluster in the repository, such as `15-1`. */
  readonly archive: string;
  /** The newest segment in that archive; absent: there is none. */
  readonly newestSegment?: string;
  /** pgBackRest found pages in it whose checksum is wrong. */
  readonly damaged: boolean;
}

/** "No valid backups": the stanza is well, nothing was backed up yet. */
const noBackups = 2;

/** The backups of a stanza, the oldest first. @throws ActionFailure where the repository cannot be read. */
export async function backups(caller: Caller, context: ActionContext): Promise<Backup[]> {
  const { repository } = caller;
  const into = join(context.workDirectory, 'info.json');
  const argv = argvOf(repository, 'info', ['--output=json']);
  const doing = `Reading the backups of ${repository.stanza}`;
  const text = await written(pgbackrest(caller, { doing, argv, into }, context), into);
  const [stanza] = infoShape.parse(fromJson(text));
  const status = stanza?.repo.find(({ key }) => key === repository.repo)?.status ?? stanza?.status;
  if (!stanza || !status || ![0, noBackups].includes(status.code))
    throw notReadable(repository, status?.message);
  const archives = new Map(stanza.archive.map((one) => [one.database.id, one]));
  return stanza.backup
    .filter(({ database }) => database['repo-key'] === repository.repo)
    .map(({ label, type, error, database, info, timestamp }) => {
      const archive = archives.get(database.id);
      return {
        id: label,
        time: timestamp.stop * 1_000,
        type,
        bytes: info.size,
        archive: archive?.id ?? '',
        ...(archive?.max && { newestSegment: archive.max }),
        damaged: error === true,
      };
    })
    .sort((a, b) => a.time - b.time);
}

/** What it quotes of a file that it cannot decrypt it does not escape. */
const fromJson = (text: string): unknown => JSON.parse(text.replaceAll(/\p{Cc}/gu, ' '));

/** What it wrote to a file, which does not stay: nobody has looked for secrets in it. */
async function written(work: Promise<unknown>, file: string): Promise<string> {
  try {
    await work;
    return await readFile(file, 'utf8');
  } finally {
    await rm(file, { force: true });
  }
}

/** A wrong passphrase makes noise of everything; that is not printed. */
function notReadable({ stanza, repo }: Repository, message = 'it says nothing of it'): ActionFailure {
  const said = (message.split('\n')[0] ?? '').replaceAll(/[^\x20-\x7E]/g, '?').slice(0, 300);
  const hint = /FormatError|CryptoError/.test(message) ? ' The passphrase may be wrong.' : '';
  return new ActionFailure(`The stanza ${stanza} in repo${repo} cannot be read: ${said}.${hint}`, {
    kind: 'terminal',
  });
}
