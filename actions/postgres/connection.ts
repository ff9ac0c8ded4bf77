export interface Listening {
  readonly port: number;
  /** As `listen_addresses` has it. */
  readonly listen: string;
}

/** The address at which a server on this host is reached, as HOST:PORT. */
export function addressOf({ listen, port }: Listening): string {
  const first = listen.split(',')[0]?.trim() ?? '';
  const host = ['*', '0.0.0.0', '::', ''].includes(first) ? '127.0.0.1' : first;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** How to connect, as a URL that libpq and sql.check understand; a password is for whoever connects to add. */
export const connectionOf = (to: Listening & { readonly user: string; readonly database: string }): string =>
  `postgresql://${encodeURIComponent(to.user)}@${addressOf(to)}/${encodeURIComponent(to.database)}`;
