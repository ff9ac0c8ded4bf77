import { basename, join } from 'node:path';

type Settings = Readonly<Record<string, string>>;

/** Longest path of a Unix socket, in bytes. */
const longestSocket = 107;

export interface ServerSettings {
  readonly dataDirectory: string;
  readonly port: number;
  readonly listen: string;
  readonly version: number;
  readonly more: Settings;
}

/**
 * What a restored cluster must not inherit from the backup: it would write into the live archive, delete
 * from it, wait for standbys that are not there, follow the old primary, or listen and log in its place.
 */
export function ownSettings({ dataDirectory, port, listen, version, more }: ServerSettings): Settings {
  const socket = join(dataDirectory, `.s.PGSQL.${port}`);
  return {
    listen_addresses: listen,
    port: String(port),
    // Inside the data directory, which only the server's account may enter.
    unix_socket_directories: Buffer.byteLength(socket) <= longestSocket ? dataDirectory : '',
    archive_mode: 'off',
    archive_command: '',
    ...(version >= 15 && { archive_library: '' }),
    archive_cleanup_command: '',
    recovery_end_command: '',
    restore_command: '',
    // Left by a recovery that the backup itself came from.
    recovery_target_time: '',
    primary_conninfo: '',
    primary_slot_name: '',
    synchronous_standby_names: '',
    logging_collector: 'off',
    log_destination: 'stderr',
    external_pid_file: '',
    ...more,
  };
}

/** Files that a configuration may name anywhere; these settings are refused in `postgresql.auto.conf`. */
export const ownFiles = (dataDirectory: string): Settings => ({
  data_directory: dataDirectory,
  hba_file: join(dataDirectory, 'pg_hba.conf'),
  ident_file: join(dataDirectory, 'pg_ident.conf'),
});

/** How far the archive is replayed, and the one place where the server may be asked meanwhile. */
export function recoverySettings(
  directory: string,
  { restoreCommand, target, privateDirectory, version }: RecoveryAim,
): Settings {
  return {
    ...ownFiles(directory),
    config_file: join(directory, 'postgresql.conf'),
    hba_file: join(privateDirectory, 'pg_hba.conf'),
    listen_addresses: '',
    unix_socket_directories: privateDirectory,
    unix_socket_permissions: '0700',
    port: '5432',
    hot_standby: 'on',
    log_line_prefix: '',
    log_min_messages: 'info',
    lc_messages: 'C',
    ...(version >= 15 && { log_startup_progress_interval: '1s' }),
    restore_command: restoreCommand,
    // What it writes before it is at its place and proved must reach no archive; it waits until then.
    archive_command: '',
    ...(version >= 15 && { archive_library: '' }),
    recovery_target: '',
    recovery_target_lsn: '',
    recovery_target_name: '',
    recovery_target_xid: '',
    recovery_target_time: target ?? '',
    recovery_target_inclusive: 'on',
    recovery_target_timeline: 'latest',
    recovery_target_action: 'promote',
    recovery_min_apply_delay: '0',
  };
}

export interface RecoveryAim {
  /** Fetches a segment, as `restore_command` has it. */
  readonly restoreCommand: string;
  /** A time with its zone; absent: the end of the archive. */
  readonly target?: string;
  readonly privateDirectory: string;
  readonly version: number;
}

/** An argument for the shell that runs `restore_command`, where % has a meaning of its own. */
export const forShell = (text: string): string => `'${text.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;

/** A `restore_command` that copies from a directory of segments. */
export function copyFrom(archive: string): string {
  const segment = `${forShell(archive)}/%f`;
  return `test -f ${segment} && cp ${segment} "%p"`;
}

/** Settings as lines of a configuration file. */
export const asLines = (settings: Settings, title: string): string =>
  [`# ${title}`, ...Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`), ''].join(
    '\n',
  );

/** Settings as arguments of `postgres`, where nothing is escaped. */
export const asArguments = (settings: Settings): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export const titleOf = (dataDirectory: string): string =>
  `Written when ${basename(dataDirectory)} was restored; what stands here wins over postgresql.conf.`;
