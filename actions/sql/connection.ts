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
/** Ours to say: the step's `timeout`, its application name, plain text in UTF-8. */
const ours = new Set(['connect_timeout', 'client_encoding', 'fallback_application_name']);

export function toConfig(parameters: ConnectionParameters): ClientConfig {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(parameters)) {
    const name = Object.hasOwn(asIs, key) ? asIs[key] : undefined;
    if (name) config[name] = value;
    else if (key === 'port') config['port'] = toPort(value);
    else if (!forTls.has(key) && !ours.has(key)) throw notSupported(key);
  }
  if (parameters['host']?.includes(',')) throw notSupported('more than one host');
  const ssl = tlsOptions(parameters);
  return { ...config, ...(ssl !== undefined && { ssl }) };
}

function tlsOptions(parameters: ConnectionParameters): ClientConfig['ssl'] {
  const { sslmode, sslrootcert, sslcert, sslkey, host } = parameters;
  if (sslmode === undefined) return undefined;
  if (['disable', 'allow', 'prefer'].includes(sslmode)) return false;
  if (!['require', 'verify-ca', 'verify-full'].includes(sslmode)) throw notSupported(`sslmode=${sslmode}`);
  const certificates = {
    ...(sslrootcert !== undefined && { ca: readFileSync(sslrootcert) }),
    ...(sslcert !== undefined && { cert: readFileSync(sslcert) }),
    ...(sslkey !== undefined && { key: readFileSync(sslkey) }),
  };
  if (sslmode === 'require' && sslrootcert === undefined)
    return { ...certificates, rejectUnauthorized: false };
  const names = sslmode === 'verify-full' ? { ...(host !== undefined && { servername: host }) } : anyName;
  return { ...certificates, ...names };
}

const anyName = { checkServerIdentity: () => undefined };

function toPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new ActionFailure(`The connection's port ${JSON.stringify(text)} is no single port number.`);
}

const notSupported = (what: string) =>
  new ActionFailure(`The connection says ${what}, which is not supported.`);
