import { z } from 'zod';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runChild } from '../child-process.ts';
import { hostAndPort } from '../field.ts';

/** The fields of every action that asks name servers for a record. */
export const recordFields = {
  name: z
    .string()
    .regex(/^[\w*][\w.*-]*$/, 'must be a name such as www.example.org')
    .transform((name) => (name.endsWith('.') ? name : `${name}.`))
    .describe('The name, whole: `www.example.org`.'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']).default('A').describe('The type of the record.'),
};

export const servers = () => z.array(hostAndPort()).min(1);

export interface Question {
  readonly name: string;
  readonly type: string;
}

export interface Answer {
  /** In the order of their text, so that two answers can be compared. */
  readonly values: readonly string[];
  /** Of what was answered, in seconds; undefined where there is no such record. */
  readonly ttl?: number;
}

/**
 * What one name server itself says, without asking others (dig).
 * @throws ActionFailure where it does not answer, or not for this zone.
 */
export async function lookUp(
  server: string,
  { name, type }: Question,
  context: ActionContext,
): Promise<Answer> {
  const [host, port] = split(server);
  const options = ['+norecurse', '+noall', '+answer', '+comments', '+time=2', '+tries=2'];
  const argv = ['dig', `@${host}`, '-p', port, '-q', name, '-t', type, ...options];
  const { exit, stdout } = await runChild(argv, { ...context, log: () => undefined });
  const said = stdout.text(60_000);
  const status = /status: (\w+)/.exec(said)?.[1];
  if (exit !== 0 || (status !== 'NOERROR' && status !== 'NXDOMAIN'))
    throw new ActionFailure(
      `The name server ${server} gives no answer for ${name} ${type} (${status ?? `dig exited with ${exit}`}).`,
    );
  const rows = said
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , , found]) => found === type);
  const ttl = rows[0]?.[2];
  return {
    values: rows.map(([, , , , value = '']) => value).sort((a, b) => (a < b ? -1 : 1)),
    ...(ttl !== undefined && { ttl: Number(ttl) }),
  };
}

/** A value as a zone file and dig have it: a text in quotation marks, a name with its last dot. */
export function inZone(type: string, value: string): string {
  if (type === 'TXT' && !value.startsWith('"')) return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  return type === 'CNAME' && !value.endsWith('.') ? `${value}.` : value;
}

/** The serial of a zone at one name server. @throws ActionFailure where it does not have the zone. */
export async function serialOf(server: string, zone: string, context: ActionContext): Promise<number> {
  const { values } = await lookUp(server, { name: zone, type: 'SOA' }, context);
  const serial = Number(values[0]?.split(' ')[2]);
  if (Number.isInteger(serial)) return serial;
  throw new ActionFailure(`The name server ${server} does not have the zone ${zone}.`, { kind: 'terminal' });
}

/** Whether a serial is not older than another one, in the arithmetic of serials (RFC 1982, 3.2). */
export const reaches = (serial: number, other: number): boolean =>
  ((serial - other) & 0xffffffff) >>> 0 < 2 ** 31;

export const split = (server: string): readonly [host: string, port: string] => {
  const colon = server.lastIndexOf(':');
  return [server.slice(0, colon).replace(/^\[|\]$/g, ''), server.slice(colon + 1)];
};

export const inWords = (values: readonly string[]): string => values.join(' ') || 'nothing';
