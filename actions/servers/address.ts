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
