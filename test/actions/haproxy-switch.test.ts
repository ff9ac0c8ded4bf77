import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/haproxy.switch/describe.ts';
import { run, settle } from '../../actions/haproxy.switch/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { freePort } from './postgres-cluster.ts';

const program = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find(existsSync);
const withHaproxy = program !== undefined || process.env['CI'] ? describe : describe.skip;

let context: TestContext;
let socket: string;
let front: string;
let haproxy: ChildProcess;
const sites: Server[] = [];

/** A site that answers with its name; slow answers hold their session. */
async function site(name: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/slow') setTimeout(() => response.end(name), 1_500);
    else response.end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sites.push(server);
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  const directory = temporaryDirectory();
  context = contextOf(directory);
  socket = join(directory, 'admin.sock');
  const [port, gone] = [await freePort(), await freePort()];
  front = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(directory, 'haproxy.cfg'),
    `global
  stats socket ${socket} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend front
  bind 127.0.0.1:${port}
  default_backend shop
backend shop
  server east 127.0.0.1:${await site('east')} check inter 100
  server west 127.0.0.1:${await site('west')} check inter 100 disabled
  server gone 127.0.0.1:${gone} check inter 100 disabled
`,
  );
  haproxy = spawn(program!, ['-db', '-f', join(directory, 'haproxy.cfg')], { stdio: 'ignore' });
  for (let left = 100; left > 0 && (await served()) !== 'east'; left -= 1) await sleep(50);
});

afterEach(async () => {
  haproxy.kill('SIGKILL');
  await once(haproxy, 'exit');
  for (const server of sites.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function served(path = '/'): Promise<string> {
  return fetch(front + path, { headers: { connection: 'close' } }).then((answer) => answer.text(), () => ''); // prettier-ignore
}

const inputOf = (more: object = {}) =>
  description.input.parse({ socket, backend: 'shop', to: ['west'], ...more });

withHaproxy('haproxy.switch', () => {
  it('sends traffic to the other server, and there is no moment in which nobody serves', async () => {
    const asked: string[] = [];
    let asking = true;
    const customer = (async () => {
      while (asking) asked.push(await served());
    })();
    const { outputs } = await run(inputOf(), context);
    asking = false;
    await customer;
    expect(outputs).toEqual({
      before: 'east ready, west maint, gone maint',
      now: 'east maint, west ready, gone maint',
      cut: 0,
    });
    expect(new Set(asked)).toEqual(new Set(['east', 'west']));
    expect(await served()).toBe('west');
  });

  it('lets sessions of the old server end, or cuts them when their time is over', async () => {
    const slow = served('/slow');
    await sleep(200);
    expect((await run(inputOf(), context)).outputs).toMatchObject({ cut: 0 });
    expect(await slow).toBe('east');
    expect(context.reports.some(({ doing }) => doing === 'draining, 1 sessions left')).toBe(true);
    const cut = served('/slow');
    await sleep(200);
    expect((await run(inputOf({ to: ['east'], drain: '1ms' }), context)).outputs).toMatchObject({ cut: 1 });
    expect(await cut).not.toBe('west');
  });

  it('leaves traffic where it was when the new server does not become healthy', async () => {
    await expect(run(inputOf({ to: ['gone'], healthy: '1s' }), context)).rejects.toThrow(
      'gone did not pass the health checks of HAProxy. Traffic goes where it went before.',
    );
    expect(await served()).toBe('east');
    expect(await settle(inputOf({ to: ['gone'] }), context)).toBe('not-done');
  });

  it.each([
    ['server', { to: ['north'] }, 'The backend shop has no server north. It has east, west, gone.'],
    ['backend', { backend: 'blog' }, 'HAProxy has no backend blog with servers. It has shop.'],
    ['socket', { socket: '/nowhere.sock' }, 'HAProxy does not answer at /nowhere.sock (ENOENT)'],
  ])('refuses a %s that is not there, and says what is', async (_, more, words) => {
    await expect(run(inputOf(more), context)).rejects.toThrow(words);
    expect(await served()).toBe('east');
  });

  it('knows whether it was done, may be done again, and leads back', async () => {
    expect(await settle(inputOf(), context)).toBe('not-done');
    await run(inputOf(), context);
    expect(await settle(inputOf(), context)).toBe('done');
    expect((await run(inputOf(), context)).outputs).toMatchObject({
      now: 'east maint, west ready, gone maint',
    });
    await run(inputOf({ to: ['east'] }), context);
    expect(await served()).toBe('east');
  });
});
