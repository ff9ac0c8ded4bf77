import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Config, readConfig } from '../../../faces/codec-server/config.ts';
import { startCodecServer } from '../../../faces/codec-server/start-codec-server.ts';
import type { HttpServer } from '../../../faces/http/serve.ts';
import { type } from '../test-cli.ts';

const ui = 'https://temporal.example';
const token = randomBytes(32).toString('hex');
const keys = { file: 'payload-keys', current: 'k1', keys: new Map([['k1', randomBytes(32)]]) };
const directory = mkdtempSync(join(tmpdir(), 'muster-codec-server-'));
const read = (change: object) =>
  readConfig(JSON.stringify({ port: 0, ...change }), { env: { TOKEN: token, SHORT: 'short' }, directory });

const plain = {
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from('"a canary"').toString('base64'),
};
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { payloads?: (typeof plain)[]; error?: string };
}

describe('the codec server', () => {
  const servers: HttpServer[] = [];
  const problems: unknown[] = [];
  const served = async (config: Config) => {
    const onProblem = (problem: unknown) => void problems.push(problem);
    const server = await startCodecServer({ config, keys, namespace: 'default', onProblem });
    servers.push(server);
    return async (path: string, body: unknown, headers: object = {}, method = 'POST'): Promise<Answer> => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const said = await answer.text();
      return { status: answer.status, headers: answer.headers, body: said ? JSON.parse(said) : {} };
    };
  };
  let ask: Awaited<ReturnType<typeof served>>;
  const bearing = { authorization: `Bearer ${token}` };

  beforeAll(async () => (ask = await served(read({ origins: [ui], token: 'env:TOKEN' }))));
  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  it('encodes and decodes what it is asked to, for a page that may ask', async () => {
    const sealed = await ask('/encode', { payloads: [plain, plain] }, { ...bearing, origin: ui });
    expect(sealed.status).toBe(200);
    expect(sealed.headers.get('access-control-allow-origin')).toBe(ui);
    expect(JSON.stringify(sealed.body)).not.toContain(plain.data);
    expect(sealed.body.payloads?.[0]).not.toEqual(sealed.body.payloads?.[1]);
    const opened = await ask('/decode', sealed.body, { ...bearing, origin: ui });
    expect(opened.body).toEqual({ payloads: [plain, plain] });
    // What was written in the clear stays as it is.
    expect((await ask('/decode', { payloads: [plain] }, bearing)).body).toEqual({ payloads: [plain] });
  });

  it('opens what is of the namespace that is asked for, and nothing else', async () => {
    const of = (namespace: string) => ({ ...bearing, 'x-namespace': namespace });
    const { body } = await ask('/encode', { payloads: [plain] }, of('recovery'));
    expect((await ask('/decode', body, of('recovery'))).body).toEqual({ payloads: [plain] });
    const other = await ask('/decode', body, of('other'));
    expect(other.status).toBe(400);
    expect(other.body.error).toContain('MUSTER_PAYLOAD_KEY_WRONG');
    expect((await ask('/decode', body, of('a name\\u0009'))).status).toBe(400);
  });

  it('answers the question of a browser before it asks, to the pages that may', async () => {
    const { status, headers } = await ask('/decode', '', { origin: ui }, 'OPTIONS');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ui);
    expect(headers.get('access-control-allow-headers')).toContain('x-namespace');
    for (const origin of ['https://evil.example', 'null', `${ui}.evil.example`]) {
      const refused = await ask('/decode', '', { origin }, 'OPTIONS');
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it.each([
    ['another origin', 403, { ...bearing, origin: 'https://evil.example' }],
    ['no token', 401, { origin: ui }],
    ['a wrong token', 401, { authorization: `Bearer ${token.slice(1)}0` }],
    ['a token of another kind', 401, { authorization: `Basic ${token}` }],
  ])('refuses %s', async (_, status, headers) => {
    const answer = await ask('/decode', { payloads: [plain] }, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.payloads).toBeUndefined();
  });

  it.each([
    ['no JSON', 400, '{'],
    ['no list', 400, { payloads: plain }],
    ['another key', 400, { payloads: [], more: 1 }],
    ['no base64', 400, { payloads: [{ ...plain, data: 'a "quote"' }] }],
    ['metadata that is none', 400, { payloads: [{ metadata: { encoding: 7 }, data: '' }] }],
    ['too much', 413, `"${'x'.repeat(17 * 1024 * 1024)}"`],
  ])('refuses %s', async (_, status, body) => {
    expect(await ask('/decode', body, bearing)).toMatchObject({
      status,
      body: { error: expect.any(String) },
    });
  });

  it('refuses what unfolds to more than 64 MB in all, and goes on', async () => {
    const data = brotliCompressSync(Buffer.alloc(20 * 1024 * 1024)).toString('base64');
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const bomb = {
      metadata: { encoding: base64('binary/brotli'), 'muster-inner': base64('json/plain') },
      data,
    };
    const refused = await ask('/decode', { payloads: Array.from({ length: 6 }, () => bomb) }, bearing);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain('MUSTER_PAYLOAD_TOO_LARGE');
    expect((await ask('/decode', { payloads: [bomb] }, bearing)).status).toBe(200);
  });

  it('refuses what was changed, in words, and goes on', async () => {
    const { body } = await ask('/encode', { payloads: [plain] }, bearing);
    const [sealed] = body.payloads!;
    const data = Buffer.from(sealed!.data, 'base64');
    for (const at of [0, 20, data.length - 1]) {
      const changed = Buffer.from(data);
      changed[at]! ^= 1;
      const answer = await ask(
        '/decode',
        { payloads: [{ ...sealed, data: changed.toString('base64') }] },
        bearing,
      );
      expect(answer.status).toBe(400);
      expect(answer.body.error).toContain('"k1"');
    }
    expect((await ask('/decode', body, bearing)).body).toEqual({ payloads: [plain] });
  });

  it('knows two places and one method', async () => {
    expect((await ask('/', '', bearing)).status).toBe(404);
    expect((await ask('/decode', '', bearing, 'GET')).status).toBe(405);
    expect((await ask('/decode', '', bearing, 'OPTIONS')).status).toBe(405);
  });

  it('serves this machine without a token, and pages that may ask only', async () => {
    const open = await served(read({ origins: [ui] }));
    expect((await open('/decode', { payloads: [plain] })).status).toBe(200);
    expect((await open('/decode', { payloads: [plain] }, { origin: 'http://evil.example' })).status).toBe(
      403,
    );
  });

  it('had no problem of its own with any of that', () => expect(problems).toEqual([]));

  it('serves others over TLS', async () => {
    const at = (name: string) => join(directory, name);
    execFileSync('openssl', [
      ...['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', at('tls.key'), '-out', at('tls.crt')],
    ], { stdio: 'ignore' }); // prettier-ignore
    const config = read({
      host: '127.0.0.1',
      token: 'env:TOKEN',
      tls: { certificate: 'tls.crt', key: 'tls.key' },
    });
    const server = await startCodecServer({ config, keys, namespace: 'default', onProblem: () => undefined });
    servers.push(server);
    const body = await new Promise<string>((resolve, reject) => {
      requestTls(
        { ...{ host: '127.0.0.1', port: server.port, path: '/decode', method: 'POST' }, agent: false, ca: readFileSync(at('tls.crt')), headers: bearing }, // prettier-ignore
        (answer) => void text(answer).then(resolve, reject),
      )
        .once('error', reject)
        .end(JSON.stringify({ payloads: [plain] }));
    });
    expect(JSON.parse(body)).toEqual({ payloads: [plain] });
  });
});

describe('the configuration of the codec server', () => {
  it('listens on loopback unless it is told otherwise', () => {
    expect(read({})).toEqual({ host: '127.0.0.1', port: 0, origins: [] });
  });

  it.each([
    ['elsewhere without anything', { host: '0.0.0.0' }, 'Add tls and token'],
    ['elsewhere without TLS', { host: '::', token: 'env:TOKEN' }, 'Add tls,'],
    [
      'elsewhere without a token',
      { host: 'muster.example', tls: { certificate: 'a', key: 'b' } },
      'Add token,',
    ],
    ['a name that looks like loopback', { host: '127.0.0.1.evil.example' }, 'Add tls and token'],
    ['a token that is written out', { token: 'abc' }, 'does not stand in here'],
    ['a token that is short', { token: 'env:SHORT' }, '32 characters'],
    ['every origin', { origins: ['*'] }, 'an origin such as'],
    ['an origin with a path', { origins: [`${ui}/ui`] }, 'an origin such as'],
  ])('refuses %s', (_, change, words) => {
    expect(() => read(change)).toThrow(words);
  });
});

describe('muster codec-server', () => {
  it('needs a configuration, and keys', async () => {
    const home = process.env['MUSTER_HOME'];
    process.env['MUSTER_HOME'] = directory;
    try {
      const file = join(directory, 'codec-server.yaml');
      expect(await type(['codec-server'])).toMatchObject({ code: 2, err: expect.stringContaining(file) });
      writeFileSync(file, 'port: 0\n');
      expect(await type(['codec-server'])).toMatchObject({
        code: 2,
        err: expect.stringContaining('There are no payload keys'),
      });
      writeFileSync(join(directory, 'payload-keys'), `k1 ${randomBytes(32).toString('base64')}\n`);
      chmodSync(join(directory, 'payload-keys'), 0o644);
      expect(await type(['codec-server'])).toMatchObject({
        code: 4,
        err: expect.stringContaining('chmod 600'),
      });
    } finally {
      if (home === undefined) delete process.env['MUSTER_HOME'];
      else process.env['MUSTER_HOME'] = home;
    }
  });
});
