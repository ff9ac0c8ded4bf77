import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { RunView } from '../../core/view.ts';
import { temporaryDirectory } from '../actions/action-context.ts';
import { Muster } from '../demo/muster.ts';
import { type Canary, canary, leaks } from './canary.ts';
import { makePlaces, needed, type Places, where } from './places.ts';

const withPrograms =
  needed.every((program) => where(program)) || process.env['CI'] ? describe : describe.skip;

/** Looks at the command lines of all processes, again and again; at its end it prints every one that it saw. */
const sampler = `
  const { readdirSync, readFileSync } = require('node:fs');
  const seen = new Set();
  const look = () => {
    for (const pid of readdirSync('/proc'))
      if (/^\\d+$/.test(pid)) try { seen.add(readFileSync('/proc/' + pid + '/cmdline', 'latin1')); } catch {}
    setTimeout(look, 5);
  };
  process.on('SIGTERM', () => process.stdout.write([...seen].join('\\n'), () => process.exit(0)));
  look();`;

/** A real run, by the command line and a real worker, whose every step tells or is refused. */
withPrograms('secrets in a run from start to end', () => {
  const muster = new Muster();
  const canaries: Canary[] = [];
  let places: Places;
  let printed = '';
  let commandLines = '';
  let run = '';

  const secret = (write?: (core: string) => string): string => {
    canaries.push(canary(canaries.length, write));
    return canaries.at(-1)!.reference;
  };
  const say = async (...argv: string[]): Promise<string> => {
    const { out, err } = await muster.run(...argv);
    printed += out + err;
    return out;
  };

  const runbook = () => {
    const env = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`SECRET_${n}`, secret()]));
    const connection = secret((core) => `postgresql://app:${core}@127.0.0.1:${places.refusing}/shop`);
    const headers = { authorization: secret((core) => `Bearer ${core}`), 'x-api-key': secret() };
    const restic = { repository: join(places.directory, 'restic'), password: secret() };
    const pgbackrest = {
      stanza: 'orders',
      config: join(places.directory, 'pgbackrest.conf'),
      cipherPass: secret(),
    };
    const system = (recover: object, verify?: object) => ({
      ...{ fence: { none: 'nothing writes' }, recover: [recover] },
      ...(verify && { verify: [verify] }),
    });
    const noop = { step: 'nothing', use: 'noop' };
    const at = (name: string) => join(places.directory, name);
    return {
      ...{ muster: 'v1', name: 'canaries', title: 'Look for canaries', owner: 'me' },
      sites: { here: { vars: {} }, there: { vars: {} } },
      systems: {
        programs: system({
          step: 'tell',
          use: 'command',
          with: { argv: [join(places.hostile, 'hostile')], env },
        }),
        database: system(noop, {
          step: 'ask',
          use: 'sql.check',
          with: { connection, query: 'select 1' },
          expect: { equals: 1 },
        }),
        web: system(noop, {
          step: 'look',
          use: 'http.check',
          with: { url: `http://127.0.0.1:${places.web}/500`, headers },
          expect: { status: 200 },
        }),
        files: system({
          step: 'restore',
          use: 'restic.restore',
          with: { ...restic, destination: at('uploads') },
        }),
        orders: system({
          step: 'restore',
          use: 'pgbackrest.restore',
          with: { ...pgbackrest, dataDirectory: at('orders'), port: 5498 },
        }),
      },
    };
  };

  beforeAll(async () => {
    places = await makePlaces(temporaryDirectory());
    const file = join(muster.home, 'canaries.yaml');
    writeFileSync(file, JSON.stringify(runbook()));
    const watching = spawn(process.execPath, ['-e', sampler], { stdio: ['ignore', 'pipe', 'inherit'] });
    watching.stdout.on('data', (chunk: Buffer) => (commandLines += chunk.toString('latin1')));
    const env = Object.fromEntries(canaries.map(({ name, value }) => [name, value]));
    const sites = ['--from', 'here', '--to', 'there'];
    const planned = await muster.runWith(env, 'plan', file, ...sites);
    const points = await muster.runWith(env, 'points', file, ...sites);
    const started = await muster.runWith(
      env,
      'recover',
      file,
      ...sites,
      '--confirm',
      'canaries',
      '--detach',
      '--reason',
      'test',
    );
    for (const { out, err } of [planned, points, started]) printed += out + err;
    run = started.out.trim();
    const asked = ({ asks }: RunView) => asks.length >= 5;
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(500))
      if (asked(JSON.parse(await say('status', run, '--output', 'json')) as RunView)) break;
    await say('status', run);
    await say('cancel', run, '--confirm', 'canaries', '--reason', 'test');
    for (const verb of [
      ['watch', run],
      ['watch', run, '--output', 'jsonl'],
      ['list', '--all'],
      ['steps'],
      ['doctor'],
    ])
      await say(...verb);
    const ended = once(watching.stdout, 'end');
    watching.kill('SIGTERM');
    await ended;
  }, 400_000);
  afterAll(async () => {
    await muster.remove();
    await places?.close();
  }, 120_000);

  it('were looked up, and each step was refused or told', () => {
    expect(printed).toContain('[secret]');
    for (const system of ['programs', 'database', 'web', 'files', 'orders'])
      expect(printed).toContain(system);
    expect(printed).not.toContain('is not there: the worker');
  });

  it('stand in nothing that a person was shown', () => expect(leaks(printed, canaries)).toEqual([]));

  it('stand in no history', async () => {
    const { address } = JSON.parse(readFileSync(join(muster.home, 'local', 'state.json'), 'utf8')) as {
      address: string;
    };
    const connection = await Connection.connect({ address });
    const client = new Client({ connection });
    let all = '';
    for await (const { workflowId, runId } of client.workflow.list())
      all += JSON.stringify(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    await connection.close();
    const texts = [...all.matchAll(/"([A-Za-z0-9+/]{4,}={0,2})"/g)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString(),
    );
    expect(texts.join('\n')).toContain('env:CANARY_0');
    expect(leaks([all, ...texts].join('\n'), canaries)).toEqual([]);
  });

  it('stand in no file of the state directory: record, journal, steps, logs, database', () => {
    const files = readdirSync(muster.home, { withFileTypes: true, recursive: true }).filter((entry) =>
      entry.isFile(),
    );
    const names = files.map(({ parentPath, name }) => join(parentPath, name));
    for (const place of ['/runs/', '/steps/', '/local/'])
      expect(names.some((name) => name.includes(place))).toBe(true);
    const shown = names.flatMap((name) =>
      leaks(readFileSync(name, 'latin1'), canaries).map((leak) => `${name}: ${leak}`),
    );
    expect(shown).toEqual([]);
  });

  it('stood on no command line of this machine meanwhile', () => {
    expect(commandLines).toContain('hostile');
    expect(leaks(commandLines, canaries)).toEqual([]);
  });
});
