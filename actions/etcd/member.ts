import type { ActionContext } from '../action.ts';
import type { Account } from '../servers/account.ts';
import { addressOf } from '../servers/address.ts';
import type { Endpoint } from './client.ts';

/** Where a member lives and how it is reached: see etcd.restore. */
export interface Member {
  readonly member: string;
  readonly dataDirectory: string;
  readonly port: number;
  readonly peerPort: number;
  readonly listen: string;
  readonly advertise?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** A token of its own gives a new id to the cluster, so that no member of the old one takes it for its own. */
export function membership(input: Member, context: ActionContext): Record<string, string> {
  const peer = peerUrl(input);
  return {
    name: input.member,
    'initial-cluster': `${input.member}=${peer}`,
    'initial-advertise-peer-urls': peer,
    'initial-cluster-token': `${context.token}-${context.try}`,
  };
}

const schemeOf = ({ settings }: Member, certificate: string) =>
  Object.hasOwn(settings, certificate) ? 'https' : 'http';

const peerUrl = (input: Member): string =>
  `${schemeOf(input, 'peer-cert-file')}://${hostOf(input)}:${input.peerPort}`;

const hostOf = ({ advertise, listen }: Member): string => advertise ?? bracketed(listen);

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

/** How it is asked from this host. */
export const endpointOf = (input: Member): Endpoint => ({
  url: `${schemeOf(input, 'cert-file')}://${addressOf(input)}`,
  env: input.env,
});

export function argvOf(input: Member, account: Account): string[] {
  const client = schemeOf(input, 'cert-file');
  const options = {
    ...input.settings,
    name: input.member,
    'data-dir': input.dataDirectory,
    'listen-client-urls': `${client}://${bracketed(input.listen)}:${input.port}`,
    'advertise-client-urls': `${client}://${hostOf(input)}:${input.port}`,
    'listen-peer-urls': `${schemeOf(input, 'peer-cert-file')}://${bracketed(input.listen)}:${input.peerPort}`,
    'initial-advertise-peer-urls': peerUrl(input),
    'initial-cluster': `${input.member}=${peerUrl(input)}`,
  };
  return [...account.as, 'etcd', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)];
}
