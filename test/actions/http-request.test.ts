import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/http.request/describe.ts';
import { run, settle } from '../../actions/http.request/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { freePort } from './postgres-cluster.ts';

const servers: Server[] = [];
let directory: string;
let context: TestContext;

beforeEach(() => {
  directory = temporaryDirectory();
  context = contextOf(directory);
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server, port = 0): Promise<string> {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = async (listener: RequestListener) => `http://${await listen(createServer(listener))}/tickets`;
const bodyOf = async (request: IncomingMessage) => Buffer.concat(await request.toArray()).toString();
const keyIn = (request: IncomingMessage) => String(request.headers['idempotency-key']);

const inputOf = (given: object) => description.input.parse(given);
const send = (given: object, within = context) => run(inputOf(given), within);
const look = (given: object, within = context) => settle(inputOf(given), within);
const nextTry = (number: number, name = 'page/1/recover/page') =>
  contextOf(directory, { name: `${name}#${number}` });

/** A server that does what it is asked once for each key, as those who invented the key want it. */
function bank() {
  const done = new Map<string, string>();
  const listener: RequestListener = (request, response) => {
    const key = keyIn(request);
    const before = done.get(key);
    if (before === undefined) done.set(key, `{"id": ${done.size + 1}}`);
    response.writeHead(before === undefined ? 201 : 200).end(done.get(key));
  };
  return { done, listener };
}

describe('http.request', () => {
  it('sends method, headers and JSON, secrets among them, and shows those nowhere', async () => {
    process.env['MUSTER_TEST_KEY'] = 'hidden-value';
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) =>
        response.end(
          `${request.method} ${request.headers['content-type']} ${String(request.headers['x-token'])} ${body}`,
        ),
      );
    });
    const { outputs, findings } = await send({
      url,
      method: 'PUT',
      headers: { 'X-Token': 'env:MUSTER_TEST_KEY' },
      json: { title: 'lost "primary"', deep: { token: 'env:MUSTER_TEST_KEY', n: 5 } },
    });
    expect(outputs).toMatchObject({
      status: 200,
      body: 'PUT application/json [secret] {"title":"lost \\"primary\\"","deep":{"token":"[secret]","n":5}}',
    });
    expect(findings).toMatchObject({ value: 200, status: 200 });
  });

  it('takes values out of the answer', async () => {
    const url = await serve((_, response) =>
      response.end('{"data": [{"id": 7, "a/b": "x"}], "all": {"n": null}}'),
    );
    const pick = { id: '/data/0/id', odd: '/data/0/a~1b', all: '/all', none: '/all/n' };
    expect((await send({ url, pick })).outputs).toMatchObject({
      id: 7,
      odd: 'x',
      all: '{"n":null}',
      none: null,
    });
    await expect(send({ url, pick: { id: '/nowhere' } })).rejects.toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('was carried out (200), but its answer has no /nowhere'),
    });
  });

  it('sends the same key in every try until it is refused, and then another', async () => {
    const keys: string[] = [];
    const answers = [500, 503, 429, 422, 201, 201];
    const url = await serve((request, response) => {
      keys.push(keyIn(request));
      response.writeHead(answers[keys.length - 1]!).end();
    });
    const kinds = ['retryable', 'retryable', 'retryable', 'terminal'];
    for (const [index, kind] of kinds.entries())
      await expect(send({ url }, nextTry(index + 1))).rejects.toMatchObject({ kind });
    await send({ url }, nextTry(5));
    await send({ url }, nextTry(1, 'page/1/recover/other'));
    const [first, , , fourth, fifth, other] = keys;
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(fourth).toBe(first);
    expect(new Set([first, fifth, other]).size).toBe(3);
  });

  it('does nothing twice where a server died after it had done it, and was asked again', async () => {
    const port = await freePort();
    const ledger = join(directory, 'ledger');
    const program = `
      const { appendFileSync } = require('node:fs');
      const server = require('node:http').createServer((request, response) => {
        request.resume().on('end', () => { appendFileSync(process.argv[1], request.headers['idempotency-key'] + '\\n'); process.kill(process.pid, 'SIGKILL'); });
      }).listen(${port}, '127.0.0.1');`;
    const server = spawn(process.execPath, ['-e', program, ledger], { stdio: 'ignore' });
    const ended = once(server, 'exit');
    const url = `http://127.0.0.1:${port}/`;
    await expect(send({ url, body: 'page ada' }, nextTry(1))).rejects.toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(
        /was sent, and there was no answer: .* It may have been carried out, or not\./,
      ),
    });
    await ended;
    const [key] = fs.readFileSync(ledger, 'utf8').split('\n');
    const second = bank();
    second.done.set(String(key), '{"id": 1}');
    await listen(createServer(second.listener), port);
    expect((await send({ url, body: 'page ada' }, nextTry(2))).outputs).toMatchObject({
      status: 200,
      body: '{"id": 1}',
    });
    expect(second.done.size).toBe(1);
  });

  it('waits for a server that does not listen yet: nothing was sent', async () => {
    const port = await freePort();
    const { done, listener } = bank();
    const sending = send({ url: `http://127.0.0.1:${port}/`, pick: { id: '/id' } });
    setTimeout(() => void listen(createServer(listener), port), 700);
    expect((await sending).outputs).toMatchObject({ status: 201, id: 1 });
    expect(done.size).toBe(1);
  });

  it('says that nothing was sent where nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    await expect(send({ url, connect: '100ms' })).rejects.toMatchObject({
      kind: 'retryable',
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED.* Nothing was sent\./),
    });
    expect(await look({ url })).toBe('not-done');
  });

  it('knows nothing where the answer does not come in time, and all it needs where only its end does not', async () => {
    const silent = await serve(() => undefined);
    await expect(send({ url: silent, timeout: '200ms' })).rejects.toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('none within 0.2 s'),
    });
    const slow = await serve((_, response) => void response.writeHead(202).write('{"id":'));
    expect((await send({ url: slow, timeout: '2s' })).outputs).toMatchObject({
      status: 202,
      body: '{"id":',
    });
    await expect(send({ url: slow, timeout: '2s', pick: { id: '/id' } })).rejects.toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('its answer is not whole: it took too long'),
    });
  });

  it('reads no more than a megabyte of an answer without an end', async () => {
    const url = await serve((_, response) => {
      const more = () => !response.destroyed && response.write('x'.repeat(65_536), more);
      more();
    });
    const { outputs, findings } = await send({ url });
    expect(String(outputs['body']).length).toBe(4_000);
    expect(String(findings['body']).length).toBe(1_048_576);
  });

  it('follows no redirect, and tells nobody else its secrets', async () => {
    const heard: string[] = [];
    const elsewhere = await serve((request, response) => {
      heard.push(request.url!);
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(307, { location: elsewhere }).end());
    await expect(send({ url, headers: { authorization: 'Bearer x' } })).rejects.toMatchObject({
      kind: 'terminal',
      message: expect.stringContaining('was answered 307. Redirects are not followed'),
    });
    expect(heard).toEqual([]);
    expect((await send({ url, status: ['307'] }, nextTry(1))).outputs).toMatchObject({ status: 307 });
  });

  it.each([
    [400, 'terminal'],
    [409, 'retryable'],
    [502, 'unknown'],
    [503, 'retryable'],
    [504, 'unknown'],
  ])('fails with %i, which is %s', async (status, kind) => {
    const url = await serve((_, response) => response.writeHead(status).end('no such rota'));
    await expect(send({ url })).rejects.toMatchObject({
      kind,
      findings: { status },
      message: expect.stringMatching(/was answered \d+\. .*It said: no such rota/),
    });
  });

  it('never trusts a certificate that nobody vouches for', async () => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    const heard: string[] = [];
    const options = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
    const server = createSecureServer(options, (request, response) => {
      heard.push(request.url!);
      response.end();
    });
    const address = await listen(server as unknown as Server);
    await expect(send({ url: `https://localhost:${address.split(':')[1]}/` })).rejects.toMatchObject({
      kind: 'terminal',
      message: expect.stringMatching(/is not who it should be: self.signed certificate. Nothing was sent\./),
    });
    expect(heard).toEqual([]);
  });

  it('keeps an address that is a secret to itself', async () => {
    process.env['MUSTER_TEST_HOOK'] = `http://127.0.0.1:${await freePort()}/T0/secret-path`;
    const failed = await send({ url: 'env:MUSTER_TEST_HOOK', connect: '0s' }).catch(
      (error: Error) => error.message,
    );
    expect(failed).toContain('env:MUSTER_TEST_HOOK cannot be reached');
    expect(failed).not.toContain('secret-path');
  });

  it('is stopped while it waits, and may have been carried out', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort(new Error('stopped by people')));
    const within = contextOf(directory, { signal: stop.signal });
    await expect(send({ url }, within)).rejects.toThrow('stopped by people');
    await expect(look({ url }, context)).rejects.toThrow('The step has no lookAt');
  });
});

describe('the settle of http.request', () => {
  /** A server that loses the answer of a POST, and says by GET what it has. */
  const forgetful = (status: number, has: string) =>
    serve((request, response) => {
      if (request.method === 'GET') response.writeHead(status).end(has);
      else request.resume().on('end', () => request.socket.destroy());
    });

  it.each([
    [200, '[{"ref": "INC-1"}]', 'done'],
    [200, '[]', 'not-done'],
    [404, '', 'not-done'],
  ])('finds by a GET that is answered %i %s that it is %s', async (status, has, settled) => {
    const url = await forgetful(status, has);
    const input = { url, lookAt: { url, contains: 'INC-1' } };
    await expect(send(input)).rejects.toMatchObject({ kind: 'unknown' });
    expect(await look(input)).toBe(settled);
  });

  it('does not guess', async () => {
    const url = await forgetful(503, '');
    const input = { url, lookAt: { url } };
    await expect(send(input)).rejects.toMatchObject({ kind: 'unknown' });
    await expect(look(input)).rejects.toThrow('was answered 503, which does not say whether it was done');
  });

  it('knows the result of a request whose answer came and was not heard of', async () => {
    const url = await serve((_, response) => response.end('{"id": 3}'));
    const input = { url, pick: { id: '/id' } };
    const result = await send(input);
    expect(await look(input)).toEqual(result);
  });
});
