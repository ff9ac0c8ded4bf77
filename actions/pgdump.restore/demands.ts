import { statfs } from 'node:fs/promises';
import { type ActionContext, ActionFailure } from '../action.ts';
import { mustHaveRoom } from '../destination.ts';
import type { Session } from '../postgres/session.ts';
import type { Dump } from './archive.ts';
import type { Entry } from './contents.ts';

export interface Demands {
  readonly dump: Dump;
  readonly entries: readonly Entry[];
  readonly ownership: boolean;
}

export async function serverVersion({ client }: Session): Promise<number> {
  const { rows } = await client.query<{ number: string }>(
    `select current_setting('server_version_num') as number`,
  );
  return Math.floor(Number(rows[0]?.number) / 10_000);
}

/**
 * What the server must have before anything is made on it, all that is missing at once.
 * @throws ActionFailure where its version is too old, or roles, extensions, tablespaces or room are missing.
 */
export async function mustMeet(demands: Demands, session: Session, context: ActionContext): Promise<void> {
  const { dump, entries, ownership } = demands;
  const version = await serverVersion(session);
  if (version < dump.version)
    throw new ActionFailure(
      `The dump ${dump.path} is of PostgreSQL ${dump.version}, and the server at ${session.at} is ${version}: what is newer cannot be restored into what is older. Restore to a server of version ${dump.version} or later.`,
      { kind: 'terminal' },
    );
  const missing = [
    ...(ownership ? await lacks(session, 'role', rolesOf(entries)) : []),
    ...(await lacks(session, 'extension', extensionsOf(entries))),
    ...(await lacks(session, 'tablespace', tablespacesOf(entries))),
  ];
  if (missing.length > 0)
    throw new ActionFailure(
      `The server at ${session.at} has no ${missing.join(', no ')}, which the dump needs. Nothing was made. Create roles and tablespaces first (pg_dumpall --globals-only takes them along) and install the packages of extensions${ownership ? '; without roles: `ownership: false`' : ''}.`,
      { kind: 'terminal' },
    );
  await mustFit(dump, session, context);
}

const known = {
  role: 'select rolname as name from pg_roles',
  extension: 'select name from pg_available_extensions',
  tablespace: 'select spcname as name from pg_tablespace',
} as const;

async function lacks(
  { client }: Session,
  kind: keyof typeof known,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const { rows } = await client.query<{ name: string }>(known[kind]);
  const there = new Set(rows.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !there.has(name)).map((name) => `${kind} ${name}`);
}

const granted = /^GRANT .* TO (?:"((?:[^"]|"")+)"|([\w$]+))(?: WITH .*)?;$/gm;

/** Owners, and those to whom something is granted. */
const rolesOf = (entries: readonly Entry[]): string[] => [
  ...entries.map(({ owner }) => owner).filter((owner) => owner !== '' && owner !== '-'),
  ...entries
    .filter(({ type }) => type === 'ACL')
    .flatMap(({ sql }) => [...sql.matchAll(granted)])
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
    .filter((name) => name !== 'PUBLIC'),
];

const extensionsOf = (entries: readonly Entry[]): string[] =>
  entries.filter(({ type }) => type === 'EXTENSION').map(({ name }) => name);

const tablespacesOf = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ tablespace }) => (tablespace === undefined ? [] : [tablespace]));

/** Where the server is on this host and says where its data lies; of the room of another host nothing is known here. */
async function mustFit({ unpacked, bytes }: Dump, session: Session, context: ActionContext): Promise<void> {
  const { client, local } = session;
  const { rows } = await client.query<{ place: string | null }>(
    `select setting as place from pg_settings where name = 'data_directory'`,
  );
  const place = local ? rows[0]?.place : undefined;
  const reachable = place && (await statfs(place).then(() => true, () => false)); // prettier-ignore
  if (reachable) await mustHaveRoom(place, unpacked ?? bytes);
  else context.log('The room on the server cannot be seen from here.');
}
