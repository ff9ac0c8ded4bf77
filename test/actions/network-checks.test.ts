import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { description as http } from '../../actions/http.check/describe.ts';
import { run as runHttp } from '../../actions/http.check/run.ts';
import { description as tcp } from '../../actions/tcp.check/describe.ts';
import { run as runTcp } from '../../actions/tcp.check/run.ts';
import type { Action } from '../../actions/action.ts';
import { carryOut } from '../../actions/carry-out.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';

const context = contextOf(temporaryDirectory());
const look = (given: object) => runHttp(http.input.parse(given), context);
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

describe('http.check', () => {
  it('finds status and body of whatever is answered', async () => {
    const address = await serve((_, response) => response.writeHead(503).end('no database'));
    const { findings } = await look({ url: `http://${address}/health` });
    expect(findings).toEqual({ value: 503, status: 503, body: 'no database' });
  });

  it('sends method, headers and body, a secret among them, and shows the secret nowhere', async () => {
    process.env['MUSTER_TEST_KEY'] = 'Bearer hidden';
    const address = await serve((request, response) => {
      void request.toArray().then((chunks) => {
        response.end(
          `${request.method} ${request.headers.authorization} ${Buffer.concat(chunks).toString()}`,
        );
      });
    });
    const headers = { authorization: 'env:MUSTER_TEST_KEY' };
    const { findings } = await look({ url: `http://${address}/`, method: 'POST', headers, body: 'ping' });
    expect(findings['body']).toBe('POST [secret] ping');
  });

  it('does not follow a redirect: what answered is what is seen', async () => {
    const address = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    expect((await look({ url: `http://${address}/` })).findings['status']).toBe(302);
  });

  it('reads no more than 64 KB of a body without an end', async () => {
    const address = await serve((_, response) => {
      const more = () => !response.destroyed && response.write('x'.repeat(16_384), more);
      more();
    });
    const { findings, outputs } = await look({ url: `http://${address}/` });
    expect(String(findings['body']).length).toBe(65_536);
    expect(String(outputs['body']).length).toBe(4_000);
  });

  it('says that nothing listens, or that no whole answer came in time', async () => {
    const address = await serve((_, response) => response.write('begun'));
    await expect(look({ url: `http://${address}/`, timeout: '100ms' })).rejects.toThrow(
      'no whole answer within 0.1 s',
    );
    await expect(look({ url: 'http://127.0.0.1:1/' })).rejects.toThrow('nothing listens there');
  });

  it('takes nothing but http and https', () => {
    expect(http.input.safeParse({ url: 'file:///etc/passwd' }).success).toBe(false);
  });
});

describe('tcp.check', () => {
  const reach = (given: object) => runTcp(tcp.input.parse(given), context);

  it('passes where something accepts connections', async () => {
    expect((await reach({ address: await serve(() => undefined) })).findings['value']).toBe(true);
  });

  it.each([
    [true, async () => serve(() => undefined)],
    [false, () => Promise.resolve('127.0.0.1:1')],
  ])('keeps what was expected, what was found, and the verdict: %s', async (there, address) => {
    const { found } = await carryOut({
      action: { description: tcp, run: runTcp } as unknown as Action,
      errand: { action: 'tcp.check', as: 'do', with: { address: await address() } },
      signal: new AbortController().signal,
      context: () => context,
    });
    expect(found.checks).toEqual([
      { name: 'accepts', expected: 'true', found: String(there), passed: there },
    ]);
  });

  it('fails where nothing does, and says why', async () => {
    await expect(reach({ address: '127.0.0.1:1' })).rejects.toThrow(
      'Nothing accepts connections at 127.0.0.1:1: ECONNREFUSED.',
    );
    await expect(reach({ address: '127.0.0.1:99999' })).rejects.toThrow('the last one is 65535');
  });

  it.each(['localhost', '127.0.0.1', ':80', '::1:80', 'a b:80'])('refuses the address %s', (address) => {
    expect(tcp.input.safeParse({ address }).success).toBe(false);
  });

  it.each(['db:5432', '[::1]:80', '10.0.0.1:1'])('takes the address %s', (address) => {
    expect(tcp.input.safeParse({ address }).success).toBe(true);
  });
});
