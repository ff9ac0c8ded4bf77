import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { ActionFailure } from '../action.ts';
import { parseKeywords } from './keywords.ts';

/** By libpq's own names: `host`, `dbname`, `password` … */
export type ConnectionParameters = Readonly<Record<string, string>>;

const uri = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;

/**
 * Reads how to connect in both of libpq's forms, `postgresql://user:password@host:port/dbname?key=value` and
 * `host=… dbname=…` (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING). What is
 * not said comes from PGHOST, PGUSER, PGPASSWORD …, as with libpq. One host; `sslmode` as libpq means it, but
 * `allow` and `prefer` (its default) connect without TLS.
 * @throws ActionFailure where the text is neither, or holds a key that is not supported; it never shows a value.
 */
export const parseConnection = (text: string): ClientConfig => toConfig(parseParameters(text));

/** The same as libpq itself has it. */
export function parseParameters(text: string): ConnectionParameters {
  const parts = uri.exec(text);
  return parts ? fromUri(parts) : parseKeywords(text);
}

function fromUri([
  ,
  account = '',
  place = '',
  dbname = '',
  query = '',
]: RegExpExecArray): ConnectionParameters {
  // Behind it would come the rest of the password, and be told as the host.
  if (/@/.test(place + dbname))
    throw new ActionFailure('The connection holds an @ that is part of no account; write %40.');
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(account) ?? [];
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*):?(.*)$/s.exec(place) ?? [];
  const given = Object.entries({ user, password, host: host.replace(/^\[|\]$/g, ''), port, dbname });
  const said = query.split('&').filter(Boolean).map(keyAndValue); // prettier-ignore
  return Object.fromEntries(
    [...given, ...said].filter(([, value]) => value !== '').map(([key, value]) => [key, decode(value)]),
  );
}

const keyAndValue = (pair: string): [key: string, value: string] => {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
};

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ActionFailure('The connection holds a % that is not followed by two hex digits; write %25.', {
      cause,
    });
  }
}

const asIs: Readonly<Record<string, keyof ClientConfig>> = {
  host: 'host',
  hostaddr: 'host',
  user: 'user',
  password: 'password',
  dbname: 'database',
  options: 'options',
  application_name: 'application_name',
};
const forTls = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey']);
/** Of libpq's other keys the name may be told; another one may be a piece of a password that holds a blank or an &. */
const ofLibpq = new Set(
  'passfile channel_binding require_auth keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout replication gssencmode sslnegotiation sslcompression sslpassword sslcertmode sslcrl sslcrldir sslsni requirepeer ssl_min_protocol_version ssl_max_protocol_version krbsrvname gsslib gssdelegation service target_session_attrs load_balance_hosts'.split(
    ' ',
  ),
);
/** Ours to say: the step's `timeout`, its application name, plain text in UTF-8. */
const ours = new Set(['connect_timeout', 'client_encoding', 'fallback_application_name']);

export function toConfig(parameters: ConnectionParameters): ClientConfig {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(parameters)) {
    const name = Object.hasOwn(asIs, key) ? asIs[key] : undefined;
    if (name) config[name] = value;
    else if (key === 'port') config['port'] = toPort(value);
    else if (!forTls.has(key) && !ours.has(key)) throw notSupported(ofLibpq.has(key) ? key : 'a key that libpq does not have'); // prettier-ignore
  }
  if (parameters['host']?.includes(',')) throw notSupported('more than one host');
  const ssl = tlsOptions(parameters);
  return { ...config, ...(ssl !== undefined && { ssl }) };
}

function tlsOptions(parameters: ConnectionParameters): ClientConfig['ssl'] {
  const { sslmode, sslrootcert, sslcert, sslkey, host } = parameters;
  if (sslmode === undefined) return undefined;
  if (['disable', 'allow', 'prefer'].includes(sslmode)) return false;
  if (!['require', 'verify-ca', 'verify-full'].includes(sslmode))
    throw notSupported("an sslmode that is not one of libpq's");
  const certificates = {
    ...(sslrootcert !== undefined && { ca: fileOf('sslrootcert', sslrootcert) }),
    ...(sslcert !== undefined && { cert: fileOf('sslcert', sslcert) }),
    ...(sslkey !== undefined && { key: fileOf('sslkey', sslkey) }),
  };
  if (sslmode === 'require' && sslrootcert === undefined)
    return { ...certificates, rejectUnauthorized: false };
  const names = sslmode === 'verify-full' ? { ...(host !== undefined && { servername: host }) } : anyName;
  return { ...certificates, ...names };
}

function fileOf(key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ActionFailure(`The file of the connection's ${key} cannot be read (${code}).`, { cause });
  }
}

const anyName = { checkServerIdentity: () => undefined };

function toPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  // Where a password holds a / or a :, this is a part of it.
  throw new ActionFailure(
    `The connection's port is no single port number: ${text.length} characters, not shown. A password is percent-encoded.`,
  );
}

const notSupported = (what: string) =>
  new ActionFailure(`The connection says ${what}, which is not supported.`);
