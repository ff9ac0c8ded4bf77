import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ActionFailure } from '../action.ts';
import { boundedText, TooLong } from '../bounded-text.ts';

const timeoutMs = 10_000;

/** Vault keeps no secret that is larger (1 MB, with Raft), in bytes. */
const largestAnswer = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * A field of a secret in HashiCorp Vault, KV version 2 (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2),
 * written `vault:MOUNT/data/PATH#FIELD`. The worker's environment says where Vault is and who asks, by the names that
 * Vault's own client reads.
 * @throws ActionFailure in words; none of them holds what Vault answered.
 */
export async function fromVault(written: string): Promise<string> {
  const [path = '', field = ''] = written.split(/#(.*)/s);
  const named = `The secret vault:${path}#${field}`;
  if (!/^[^/?#]+\/data\/[^?#]+$/.test(path) || field === '') {
    throw new ActionFailure(`${named} is not written MOUNT/data/PATH#FIELD (KV version 2).`);
  }
  const answer = await ask(path, named);
  if (answer.status !== 200) throw new ActionFailure(`${named} cannot be had: ${reasons(answer)}`);
  const fields = fieldsOf(answer.body);
  const value = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!fields) throw new ActionFailure(`${named} cannot be had: the answer is none of KV version 2.`);
  throw new ActionFailure(`${named} cannot be had: there is no such field, or it is no text.`);
}

async function ask(path: string, named: string): Promise<Answer> {
  const url = addressOf(path, named);
  const token = await tokenOf(named);
  const namespace = process.env['VAULT_NAMESPACE'];
  const ca = process.env['VAULT_CACERT'];
  const options = {
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    },
    ...(ca !== undefined && url.protocol === 'https:' && { ca: await readFileOf(ca, named) }),
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise<Answer>((resolve, reject) => {
    request(url, options, (answer) => {
      boundedText(answer, largestAnswer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, body }),
        reject,
      );
    })
      .once('error', reject)
      .end();
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof TooLong)
      throw new ActionFailure(`${named} cannot be had: the answer of ${url.origin} is larger than 1 MB.`, {
        cause,
      });
    const why = options.signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : cause.code;
    throw new ActionFailure(`${named} cannot be had: Vault at ${url.origin} was not reached (${why}).`, {
      cause,
    });
  });
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The token goes with the question, so it goes over TLS or stays on this host. */
function addressOf(path: string, named: string): URL {
  const address = process.env['VAULT_ADDR'] ?? '';
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const whole = `${address.replace(/\/+$/, '')}/v1/${encoded}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
  if (url && isSafe) return url;
  throw new ActionFailure(
    `${named} cannot be had: VAULT_ADDR in the worker's environment is not the address of a Vault: https, or http on this host only.`,
  );
}

/** As Vault's own client looks for it, and a file of choice before its own. */
async function tokenOf(named: string): Promise<string> {
  const given = process.env['VAULT_TOKEN'];
  if (given) return given;
  const file = process.env['VAULT_TOKEN_FILE'] ?? join(homedir(), '.vault-token');
  return (await readFileOf(file, named)).trim();
}

const readFileOf = (file: string, named: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(
      `${named} cannot be had: ${file} cannot be read (${cause.code}) on the worker's host.`,
      { cause },
    );
  });

function reasons({ status, body }: Answer): string {
  if (status === 503) return 'Vault is sealed, or in maintenance. Unseal it.';
  if (status === 403)
    return "Vault denied it: the worker's token is not valid, or no policy lets it read this.";
  if (status === 404 && fieldsOf(body) === null) return 'its newest version is deleted.';
  if (status === 404) return 'there is nothing at that path.';
  if (status === 307 || status === 472 || status === 473) {
    return `Vault answered ${status}: this is a standby. Let VAULT_ADDR name the active one.`;
  }
  return `Vault answered ${status}.`;
}

/** `null` where the version is deleted; undefined where this is no answer of KV version 2. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> | null | undefined {
  try {
    const { data } = JSON.parse(body) as { data?: { data?: Record<string, unknown> | null } };
    return typeof data?.data === 'object' ? data.data : undefined;
  } catch {
    return undefined;
  }
}
