import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { description as rolling } from '../../actions/kubectl.rollout/describe.ts';
import { run as rollout } from '../../actions/kubectl.rollout/run.ts';
import { description as scaling } from '../../actions/kubectl.scale/describe.ts';
import { run as scale, settle } from '../../actions/kubectl.scale/run.ts';
import { description as waiting } from '../../actions/kubectl.wait/describe.ts';
import { run as wait } from '../../actions/kubectl.wait/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { installed, knowsJsonPath, type KubeCluster, startCluster } from './kube-cluster.ts';

const withCluster = installed || process.env['CI'] ? describe : describe.skip;
const withJsonPath = knowsJsonPath() ? describe : describe.skip;

let cluster: KubeCluster;
beforeAll(async () => {
  if (installed) cluster = await startCluster(temporaryDirectory());
}, 120_000);
afterAll(() => cluster?.stop());

let directory: string;
let context: TestContext;
let namespace: string;
let number = 0;

beforeEach(() => {
  if (!installed) return;
  directory = temporaryDirectory();
  context = contextOf(directory);
  namespace = `shop-${(number += 1)}`;
  cluster.kubectl('create', 'namespace', namespace);
});

const kubectl = (...argv: string[]) => cluster.kubectl('-n', namespace, ...argv);
const where = () => ({ kubeconfig: cluster.kubeconfig, context: 'shop', namespace });

const templateOf = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'web', image }] },
});

/** Pods of an image whose name begins with `missing` never become ready; those of a `stubborn` one never end by themselves. */
function workload(kind: 'Deployment' | 'StatefulSet', image = 'web', more: object = {}): void {
  const spec = {
    replicas: 3,
    ...(kind === 'StatefulSet' && { serviceName: 'web' }),
    selector: {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }],
    },
    template: templateOf('web', image),
    ...more,
  };
  const file = join(directory, 'workload.json');
  fs.writeFileSync(file, JSON.stringify({ apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec }));
  kubectl('apply', '--server-side', '-f', file);
}

async function eventually(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); await sleep(100))
    if (Date.now() > end) throw new Error(`it never came about: ${String(holds)}`);
}

function answers(): boolean {
  try {
    return kubectl('get', '--raw', '/readyz') === 'ok';
  } catch {
    return false; // Not yet; the test's own limit ends this.
  }
}

/** Of every process of this machine. */
const commandLines = (): string[] =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended.
      }
    });

const rolled = (more: object = {}) =>
  rollout(rolling.input.parse({ ...where(), name: 'web', ...more }), context);
const scaleInput = (more: object) => scaling.input.parse({ ...where(), name: 'web', ...more });
const scaled = (more: object, by = context) => scale(scaleInput(more), by);
const waited = (more: object, by = context) =>
  wait(waiting.input.parse({ ...where(), resource: 'pods', timeout: '1m', ...more }), by);

withCluster('kubectl.rollout', () => {
  it('waits for a Deployment and for a StatefulSet, and tells how many pods are ready', async () => {
    workload('Deployment');
    const all = { desired: 3, updated: 3, ready: 3 };
    expect(await rolled()).toEqual({ outputs: all, findings: { value: 3, ...all } });
    expect(context.reports.at(-1)).toMatchObject({
      total: 3,
      doing: expect.stringMatching(/ready of 3 pods$/),
    });
    workload('StatefulSet', 'web', {
      selector: { matchLabels: { app: 'db' } },
      template: templateOf('db', 'web'),
    });
    expect((await rolled({ name: 'statefulset/web' })).findings).toMatchObject({ value: 3 });
  });

  it('says what the pods lack where it is not rolled out in time', async () => {
    workload('Deployment', 'missing:1');
    await expect(rolled({ timeout: '3s' })).rejects.toMatchObject({
      kind: 'retryable',
      findings: { value: 0, desired: 3, updated: 3, ready: 0 },
      message: expect.stringMatching(
        /^Waiting for the rollout of deployment\/web failed \(context shop .* 3 updated and 0 ready of 3 pods\..*web is Available=False.*pod web-\S+ is Pending: container web waits \(ImagePullBackOff: Back-off pulling image "missing:1"\)/s,
      ),
    });
  });

  it('says what keeps pods from being made', async () => {
    kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
    workload('Deployment');
    await expect(rolled({ timeout: '3s' })).rejects.toThrow(
      /web is ReplicaFailure=True.*violates PodSecurity/s,
    );
  });

  it('ends at once where there is nothing of that name', async () => {
    await expect(rolled()).rejects.toMatchObject({
      kind: 'terminal',
      message: expect.stringMatching(/^Reading deployment\/web failed .*It is not there/),
    });
  });

  it('ends when it is stopped; what is secret stands on no command line, and in no file afterwards', async () => {
    workload('Deployment', 'missing:1');
    const stop = new AbortController();
    context = contextOf(directory, { signal: stop.signal });
    const running = rolled({ kubeconfig: `file:${cluster.kubeconfig}` });
    running.catch(() => undefined); // It is looked at below.
    const file = join(context.workDirectory, 'kubeconfig');
    await eventually(() =>
      commandLines().some((line) => line.includes(`--kubeconfig=${file}`) && line.includes('rollout')),
    );
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    expect(commandLines().join()).not.toContain(cluster.token);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(fs.existsSync(file)).toBe(false);
    expect(commandLines().join()).not.toContain(file);
  });
});

withCluster('kubectl.scale', () => {
  it('scales up, waits until all are ready, and says how many there were before', async () => {
    workload('Deployment');
    const { outputs } = await scaled({ replicas: '5', wait: '2m' });
    expect(outputs).toEqual({ before: 3, replicas: 5, ready: 5 });
    expect(await settle(scaleInput({ replicas: 5, wait: '2m' }), context)).toMatchObject({
      outputs: { before: 3 },
    });
  });

  it('says of a second try how many there were before the first', async () => {
    workload('Deployment');
    await scaled({ replicas: 4 });
    const second = contextOf(directory, { name: 'system/1/recover/step#2' });
    expect((await scaled({ replicas: 4, wait: '2m' }, second)).outputs).toMatchObject({ before: 3 });
  });

  it('is at 0 only when the last pod is gone', async () => {
    workload('StatefulSet', 'stubborn:1');
    await rolled({ name: 'statefulset/web' });
    const stopped = { name: 'statefulset/web', replicas: 0, wait: '2s' };
    await expect(scaled(stopped)).rejects.toThrow(
      /after 2 s [123] pods are there .*pod web-2 is Running: it is ending/,
    );
    expect(await settle(scaleInput(stopped), context)).toBe('partial');
    const freed = scaled(
      { ...stopped, wait: '2m' },
      contextOf(directory, { name: 'system/1/recover/step#2' }),
    );
    for (const pod of ['web-2', 'web-1', 'web-0']) {
      await eventually(
        () => kubectl('get', `pod/${pod}`, '-o=jsonpath={.metadata.deletionTimestamp}') !== '',
      );
      kubectl('delete', `pod/${pod}`, '--grace-period=0', '--force');
    }
    expect((await freed).outputs).toEqual({ before: 3, replicas: 0, ready: 0 });
    expect(await settle(scaleInput(stopped), context)).toMatchObject({ outputs: { before: 3 } });
  });

  it('notices that somebody scales it back, and that nothing was done yet', async () => {
    workload('Deployment', 'missing:1');
    expect(await settle(scaleInput({ replicas: 2 }), context)).toBe('not-done');
    const running = scaled({ replicas: 2, wait: '2m' });
    running.catch(() => undefined); // It is looked at below.
    await eventually(() => kubectl('get', 'deployment/web', '-o=jsonpath={.spec.replicas}') === '2');
    kubectl('scale', 'deployment/web', '--replicas=7');
    await expect(running).rejects.toThrow('somebody has set it to 7 since: an autoscaler?');
  });
});

withCluster('an API server that is killed and comes back', () => {
  it('is waited for by a scale, a rollout and a wait', async () => {
    workload('Deployment', 'missing:1');
    const scaling = scaled({ replicas: 2, wait: '80s' });
    const rolling = rolled({ timeout: '80s' });
    const ready = waited({ resource: 'deployment/web', until: 'condition=Available', timeout: '80s' });
    for (const what of ['rollout', '--for=condition=Available'])
      await eventually(() => commandLines().some((line) => line.includes(what)));
    await eventually(() => kubectl('get', 'deployment/web', '-o=jsonpath={.spec.replicas}') === '2');
    await cluster.kill();
    await eventually(() => context.lines.some((line) => line.includes('The API server does not answer')));
    cluster.start();
    await eventually(answers);
    workload('Deployment', 'web', { replicas: 2 });
    expect((await scaling).outputs).toEqual({ before: 3, replicas: 2, ready: 2 });
    expect((await rolling).findings).toMatchObject({ value: 2 });
    expect((await ready).findings).toMatchObject({ value: 1 });
  });
});

withCluster('kubectl.wait', () => {
  it('waits for what is not there yet, and counts what meets the condition', async () => {
    const pods = waited({ selector: 'app=web' });
    workload('Deployment');
    const { findings } = await pods;
    expect(findings['met']).toBeGreaterThan(0);
    expect((await waited({ resource: 'deployment/web', until: 'condition=Available' })).outputs).toEqual({
      met: 1,
      total: 1,
    });
    kubectl('scale', 'deployment/web', '--replicas=0');
    await waited({ until: 'delete' });
    expect(kubectl('get', 'pods', '-o=name')).toBe('');
  });

  it('says how many do not meet it, and why', async () => {
    workload('Deployment', 'missing:1');
    await expect(waited({ selector: 'app=web', timeout: '3s' })).rejects.toMatchObject({
      findings: { value: 0, met: 0, total: 3 },
      message: expect.stringMatching(
        /0 of 3 met condition=Ready\. pod web-\S+ is Pending: container web waits/,
      ),
    });
    await expect(waited({ resource: 'pod/other', timeout: '1s' })).rejects.toThrow(
      'after 1 s there is none.',
    );
    await expect(waited({ resource: 'islands', timeout: '1s' })).rejects.toMatchObject({ kind: 'terminal' });
  });
});

withJsonPath('kubectl.wait with a JSON path', () => {
  it('waits for what it finds', async () => {
    workload('Deployment');
    const { outputs } = await waited({
      resource: 'deployment/web',
      until: 'jsonpath={.status.readyReplicas}=3',
    });
    expect(outputs).toEqual({ met: 1, total: 1 });
  });
});
