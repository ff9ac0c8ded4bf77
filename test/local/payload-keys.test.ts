import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { RunView } from '../../core/view.ts';
import { keyIdOf } from '../../client/encrypting-codec.ts';
import { findServer } from '../../local/find-server.ts';
import type { Finding } from '../../local/doctor/finding.ts';
import { Muster } from '../demo/muster.ts';

/** Words that stand nowhere else: of the runbook, a parameter, an output, a failure, and what people say. */
const words = {
  title: 'canarytitle',
  argument: 'canaryargument',
  parameter: 'canaryparameter',
  output: 'canaryoutput',
  failure: 'canaryfailure',
  reason: 'canaryreason',
  step: 'canarystep',
};

const looks = Array.from(
  { length: 12 },
  (_, n) =>
    `      - { step: look-${n}, use: command, with: { argv: [echo, ${words.argument}, '{{parameters.what}}'] } }`,
).join('\n');

/** Long enough to continue as new more than once; its output is made of halves, so that it stands in no plan. */
const runbook = (name: string) => `muster: v1
name: ${name}
title: Bring back the ${words.title}
owner: me
parameters: { what: { type: string, description: What is brought back } }
sites: { here: { vars: {} }, there: { vars: {} } }
systems:
  first:
    title: ${words.step}
    fence: { none: nothing writes }
    recover:
      - { step: look, use: command, with: { argv: [printf, '%s%s', canary, output] } }
${looks}
  second:
    needs: [go]
    fence: { none: nothing writes }
    recover: [{ step: fail, use: command, with: { argv: [sh, -c, 'echo canary"failure" >&2; exit 3'] } }]
  third:
    needs: [go, first]
    fence: { none: nothing writes }
    recover:
      - { step: last, use: command, with: { argv: [echo, '{{systems.first.steps.look.outputs.stdout}}'] } }
${looks}
gates:
  go: { title: 'Go on with ${words.title}?', needs: [first], approve: anyone }
`;

/** The real service with a state directory of its own. */
class Service {
  readonly muster = new Muster();
  readonly at = (name: string) => join(this.muster.home, name);
  readonly newKey = () => randomBytes(32).toString('base64');

  keys(...lines: readonly string[]): void {
    writeFileSync(this.at('payload-keys'), `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  async start(name: string): Promise<string> {
    writeFileSync(this.at(`${name}.yaml`), runbook(name));
    const given = ['--param', `what=${words.parameter}`, '--from', 'here', '--to', 'there'];
    const live = ['--confirm', name, '--reason', words.reason, '--detach'];
    const env = { MUSTER_CONTINUE_AFTER: '40' };
    const { code, out, err } = await this.muster.runWith(
      env,
      'recover',
      this.at(`${name}.yaml`),
      ...given,
      ...live,
    );
    if (code !== 0) throw new Error(err);
    return out.trim();
  }

  async until(run: string, wanted: (view: RunView) => boolean): Promise<RunView> {
    let last = { out: '', err: '' };
    for (const end = Date.now() + 90_000; Date.now() < end; await sleep(200)) {
      last = await this.muster.run('status', run, '--output', 'json');
      const view = JSON.parse(last.out) as RunView;
      if (view.status !== undefined && wanted(view)) return view;
    }
    throw new Error(`not as wanted: ${last.err}${last.out.slice(0, 3_000)}`);
  }

  gate = (run: string) => this.until(run, ({ asks }) => asks.some(({ ask }) => ask.kind === 'gate'));

  async approve(run: string): Promise<void> {
    const { code, err, out } = await this.muster.run('approve', 'go', run, '--reason', words.reason);
    if (code !== 0) throw new Error(err + out);
  }

  /** To the end: what failed is left out. */
  async toTheEnd(run: string): Promise<RunView> {
    await this.until(run, ({ asks }) => asks.some(({ ask }) => ask.kind === 'question'));
    const said = ['--reason', words.reason];
    await this.muster.run('leave-out', 'second', run, ...said);
    return this.until(run, ({ status }) => status !== 'running');
  }

  async findings(): Promise<readonly Finding[]> {
    const { out } = await this.muster.run('doctor', '--output', 'json');
    return (JSON.parse(out) as { findings: Finding[] }).findings;
  }

  address = (): string =>
    (JSON.parse(readFileSync(this.at('local/state.json'), 'utf8')) as { address: string }).address;

  async withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: this.address() });
    try {
      return await work(new Client({ connection }));
    } finally {
      await connection.close();
    }
  }

  /** All that Temporal shows of all workflows, with every payload's bytes as text. */
  raw(): Promise<string> {
    return this.withClient(async (client) => {
      let all = '';
      for (const execution of await executions(client)) {
        const { workflowId, runId } = execution.execution!;
        const handle = client.workflow.getHandle(workflowId!, runId!);
        const described = client.workflowService.describeWorkflowExecution({
          ...{ namespace: 'default', execution: execution.execution! },
        });
        all += readable([execution, await handle.fetchHistory(), await described]);
      }
      return all;
    });
  }

  /** The key of the input of each Temporal run of a workflow, the newest first. */
  chain(workflowId: string): Promise<(string | undefined)[]> {
    return this.withClient(async (client) => {
      const ids: (string | undefined)[] = [];
      for (const { execution } of await executions(client, `WorkflowId = '${workflowId}'`)) {
        const { events } = await client.workflow.getHandle(workflowId, execution!.runId!).fetchHistory();
        const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
        ids.push(input && keyIdOf(input));
      }
      return ids;
    });
  }

  /** The bytes of the server's database, its journal with it. */
  database = (): string =>
    readdirSync(this.at('local'))
      .filter((name) => name.startsWith('temporal.db'))
      .map((name) => readFileSync(this.at(`local/${name}`), 'latin1'))
      .join('');
}

/** Not as the SDK lists them: it would have to read their memos. */
const executions = async (client: Client, query = '') =>
  (await client.workflowService.listWorkflowExecutions({ namespace: 'default', query, pageSize: 1_000 }))
    .executions ?? [];

/** As JSON, in which bytes stand in base64, and those as they are. */
function readable(value: unknown): string {
  const json = JSON.stringify(value);
  const bytes = [...json.matchAll(/"([A-Za-z0-9+/]{4,}={0,2})"/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString('latin1'),
  );
  return [json, ...bytes].join('\n');
}

const seenIn = (text: string) => Object.values(words).filter((word) => text.includes(word));

describe('payloads of a service without keys', () => {
  const service = new Service();
  afterAll(() => service.muster.remove(), 60_000);

  it('are read by everybody, and by those who have keys later', async () => {
    const run = await service.start('plain');
    await service.gate(run);
    expect(seenIn(await service.raw()).sort()).toEqual(
      Object.values(words)
        .filter((word) => word !== words.failure)
        .sort(),
    );
    expect(seenIn(service.database())).not.toEqual([]);
    expect(await service.findings()).toContainEqual(
      expect.objectContaining({
        what: 'payloads',
        state: 'ok',
        found: expect.stringContaining('not encrypted'),
      }),
    );
    // The run was begun in the clear; it goes on with what nobody else reads.
    await service.muster.run('down');
    service.keys(`k1 ${service.newKey()}`);
    await service.approve(run);
    await service.toTheEnd(run);
    const chain = await service.chain('recover/plain');
    expect(chain[0]).toBe('k1');
    expect(chain.at(-1)).toBeUndefined();
  }, 300_000);
});

describe('payloads of a service with keys', () => {
  const service = new Service();
  const [k1, k2] = [service.newKey(), service.newKey()];
  const token = randomBytes(32).toString('hex');
  let run = '';

  beforeAll(async () => {
    service.keys(`k1 ${k1}`);
    run = await service.start('sealed');
    await service.gate(run);
  }, 300_000);
  afterAll(() => service.muster.remove(), 60_000);

  it('go on with another key, and the old one only reads', async () => {
    service.keys(`k2 ${k2}`, `k1 ${k1}`);
    await service.muster.run('down');
    await service.approve(run);
    const { found } = (await service.findings()).find(({ what }) => what === 'payloads')!;
    expect(found).toContain('encrypted with the key k2; k1 only read');
    await service.toTheEnd(run);
    const chain = await service.chain('recover/sealed');
    expect(new Set(chain)).toEqual(new Set(['k1', 'k2']));
    expect(chain[0]).toBe('k2');
  }, 300_000);

  it('show nothing of a run that went from start to end', async () => {
    expect(seenIn(await service.raw())).toEqual([]);
    expect(seenIn(service.database())).toEqual([]);
    const { out } = await service.muster.run('watch', run, '--output', 'jsonl');
    expect(seenIn(out).sort()).toEqual(Object.values(words).sort());
  }, 120_000);

  it('are shown by Temporal’s own command line through the codec server', async () => {
    writeFileSync(service.at('token'), token, { mode: 0o600 });
    writeFileSync(
      service.at('for-ui.yaml'),
      'port: 0\norigins: [http://localhost:8233]\ntoken: file:token\n',
    );
    const [command = '', ...args] = service.muster.argv(
      'codec-server',
      '--config',
      service.at('for-ui.yaml'),
    );
    const server = spawn(command, args, {
      env: service.muster.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      let said = '';
      const url = await new Promise<string>((resolve, reject) => {
        server.stderr.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
          if (found !== undefined) resolve(found);
        });
        server.once('exit', () => reject(new Error(said)));
      });
      const { binary } = await findServer({ onProgress: () => undefined });
      const show = async (...more: string[]) => {
        const argv = [
          'workflow',
          'show',
          '--address',
          service.address(),
          '-w',
          'recover/sealed',
          '-o',
          'json',
        ];
        const options = { maxBuffer: 1024 ** 3, env: { ...process.env, HOME: service.muster.home } };
        return (await promisify(execFile)(binary, [...argv, ...more], options)).stdout;
      };
      expect(seenIn(readable(JSON.parse(await show())))).toEqual([]);
      const through = ['--codec-endpoint', url];
      const shown = await show(...through, '--codec-auth', `Bearer ${token}`);
      expect(seenIn(readable(JSON.parse(shown)))).toContain(words.output);
      // It tries for ten seconds, and does not say why it got nothing.
      await expect(show(...through, '--codec-auth', 'Bearer wrong')).rejects.toThrow('deadline');
    } finally {
      server.kill('SIGINT');
      if (server.exitCode === null) await once(server, 'exit');
    }
  }, 120_000);

  it('are refused in words where the key is gone, and the run goes on when it is back', async () => {
    const waiting = await service.start('waits');
    await service.gate(waiting);
    await service.muster.run('down');
    service.keys(`k9 ${service.newKey()}`);
    const blind = await service.muster.run('status', waiting);
    expect(blind.code).toBe(4);
    expect(blind.err).toContain('encrypted with the payload key "k2"');
    expect(blind.err).toContain('MUSTER_PAYLOAD_KEY_MISSING');
    const missing = await service.findings();
    expect(missing).toContainEqual(
      expect.objectContaining({
        what: 'payloads',
        state: 'missing',
        mend: expect.stringMatching(/Put the key .*k2.* back/),
      }),
    );
    // The worker lives, and says why it does nothing for that run.
    expect(missing).toContainEqual(expect.objectContaining({ what: 'worker', state: 'ok' }));
    rmSync(service.at('payload-keys'));
    await service.muster.run('down');
    const none = await service.muster.run('status', waiting);
    expect(none).toMatchObject({ code: 4, err: expect.stringContaining('there are no payload keys here') });
    service.keys(`k2 ${k2}`, `k1 ${k1}`);
    await service.muster.run('down');
    await service.approve(waiting);
    await service.toTheEnd(waiting);
  }, 300_000);

  it('are not written at all where the file of keys is no good', async () => {
    chmodSync(service.at('payload-keys'), 0o644);
    const refused = await service.muster.run('list');
    expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('chmod 600') });
    expect(await service.findings()).toContainEqual(
      expect.objectContaining({
        what: 'payloads',
        state: 'missing',
        found: expect.stringContaining('chmod 600'),
      }),
    );
  }, 120_000);
});
