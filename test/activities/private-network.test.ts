import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canMakeNetworks, openNetwork } from '../../actions/private-network.ts';
import { isAlive } from '../../actions/process-identity.ts';
import { runDirectory } from '../../host/step-directory.ts';
import { observer, shellStep, step, testHome, until } from '../host/harness.ts';

const home = await testHome();
const possible = await canMakeNetworks();
if (possible !== true) console.warn(`SKIPPED: private networks, this kernel refuses them: ${possible}`);
const whereNetworks = possible === true ? describe : describe.skip;

const inNetwork = { privateNetwork: true, run: 'rehearsal' } as const;
const open = (hide: string[]) => step({ action: 'network.open', with: { hide } }, { run: 'rehearsal' });
const close = () => step({ action: 'network.close', with: {} }, { run: 'rehearsal' });
const isolation = (cannotReach: string[], privateNetwork = true) =>
  step(
    { action: 'isolation.check', with: { cannotReach } },
    { run: 'rehearsal', privateNetwork, touches: 'nothing' },
  );

/** What must not be reached: a TCP service and a Unix socket, both listening on this host. */
let tcp: Server, unix: Server, tcpPlace: string;
const estate = join(home, 'estate');
const socket = join(estate, 'api.sock');

beforeAll(async () => {
  await mkdir(join(estate, 'uploads'), { recursive: true });
  await writeFile(join(estate, 'uploads', 'a.txt'), 'a');
  tcp = createServer().listen(0, '127.0.0.1');
  unix = createServer().listen(socket);
  await until(() => tcp.listening && unix.listening);
  tcpPlace = `127.0.0.1:${(tcp.address() as { port: number }).port}`;
});
afterAll(() => {
  tcp.close();
  unix.close();
});

describe('an isolation check', () => {
  it('fails and names what it reached where the steps run in the network of the host', async () => {
    const { perform } = await observer(home);
    const result = await perform(isolation([tcpPlace, socket, '127.0.0.1:1', join(home, 'nothing')], false));
    expect(result.outcome).toBe('failed');
    expect(result.found.message).toContain(`not isolated: ${tcpPlace}, ${socket} can be reached`);
  });

  it('looks from inside a site that is entered by a command', async () => {
    const { perform } = await observer(home);
    const hit = { ...isolation([tcpPlace, '127.0.0.1:1'], false), enter: ['env', 'SITE=other'] };
    const result = await perform(hit);
    expect(result.outcome).toBe('failed');
    expect(result.found.message).toContain(`not isolated: ${tcpPlace} can be reached`);
  });

  it('does not pass where the site cannot be entered', async () => {
    const { perform } = await observer(home);
    const result = await perform({ ...isolation(['127.0.0.1:1'], false), enter: ['false'] });
    expect(result.outcome).toBe('failed');
    expect(result.found.message).toContain('cannot be told');
  });
});

whereNetworks('a private network', () => {
  it('refuses to hide the directories that it works in', async () => {
    const { perform } = await observer(home);
    const result = await perform(open([home]));
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result.found.message).toContain('cannot be hidden');
  });

  it('lets steps reach neither services nor sockets nor files of the other sites', async () => {
    const { perform } = await observer(home);
    expect(await perform(open([estate]))).toMatchObject({ outcome: 'passed' });
    expect(await perform(isolation([tcpPlace, socket, join(estate, 'uploads')]))).toMatchObject({
      outcome: 'passed',
    });
    const seen = await perform(shellStep(`ls -A ${estate}; touch ${estate}/x || echo refused`, inNetwork));
    expect(seen).toMatchObject({ outcome: 'passed', outputs: { stdout: 'refused' } });
    expect(existsSync(join(estate, 'uploads', 'a.txt'))).toBe(true);
  });

  it('is one for all steps of the run: what one starts the next one reaches', async () => {
    const { perform } = await observer(home);
    const port = join(home, 'port');
    const serve = `require("net").createServer().listen(0,"127.0.0.1",function(){require("fs").writeFileSync(${JSON.stringify(port)},String(this.address().port))})`;
    const server = step(
      {
        action: 'process.start',
        with: { argv: [process.execPath, '-e', serve], identity: join(home, 'server') },
      },
      inNetwork,
    );
    expect(await perform(server)).toMatchObject({ outcome: 'passed' });
    await until(() => existsSync(port));
    const place = `127.0.0.1:${await readFile(port, 'utf8')}`;
    expect(await perform(isolation([place]))).toMatchObject({ outcome: 'failed' });
    expect(await perform(isolation([place], false))).toMatchObject({ outcome: 'passed' });
  });

  it('ends with everything that lives in it, and a step that comes later is not started elsewhere', async () => {
    const { perform } = await observer(home);
    const server = JSON.parse(await readFile(join(home, 'server'), 'utf8')) as Parameters<typeof isAlive>[0];
    expect(isAlive(server)).toBe(true);
    expect(await perform(close())).toMatchObject({ outcome: 'passed' });
    expect(isAlive(server)).toBe(false);
    expect(await openNetwork(runDirectory(home, 'rehearsal'))).toBeUndefined();
    const late = await perform(shellStep('echo late', inNetwork));
    expect(late.outcome).toBe('failed');
    expect(late.found.message).toContain('it was not started, nothing was run');
  });
});
