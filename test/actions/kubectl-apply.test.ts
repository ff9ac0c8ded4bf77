import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/kubectl.apply/describe.ts';
import { run, settle } from '../../actions/kubectl.apply/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { killTry } from './killed-try.ts';
import { installed, type KubeCluster, startCluster } from './kube-cluster.ts';

const withCluster = installed || process.env['CI'] ? describe : describe.skip;

let cluster: KubeCluster;
beforeAll(async () => {
  if (installed) cluster = await startCluster(temporaryDirectory());
}, 120_000);
afterAll(() => cluster?.stop());

let directory: string;
let manifests: string;
let context: TestContext;
let namespace: string;
let number = 0;

/** A namespace of its own for each test; the files are in the wrong order on purpose. */
beforeEach(() => {
  if (!installed) return;
  directory = temporaryDirectory();
  manifests = join(directory, 'manifests');
  fs.mkdirSync(manifests);
  number += 1;
  namespace = `shop-${number}`;
  context = contextOf(directory);
  write('config', 'ConfigMap', 'mode: "0644"');
  write('key', 'Secret', 'password: Y2FuYXJ5LXNlY3JldA==');
  fs.writeFileSync(
    join(manifests, 'z.yaml'),
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`,
  );
});

function write(name: string, kind: string, data: string): void {
  const text = `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\ndata: { ${data} }\n`;
  fs.writeFileSync(join(manifests, `${name}.yaml`), text);
}

const inputOf = (more: object = {}) =>
  description.input.parse({
    kubeconfig: cluster.kubeconfig,
    context: 'shop',
    namespace,
    ...('manifests' in more ? {} : { path: manifests }),
    ...more,
  });
const apply = (more: object = {}, by = context) => run(inputOf(more), by);
const read = (what: string, path: string) =>
  cluster.kubectl('-n', namespace, 'get', what, `-o=jsonpath={${path}}`);

withCluster('kubectl.apply', () => {
  it('creates a directory of manifests, its namespace first, and marks what it made', async () => {
    const { outputs, findings } = await apply();
    expect(findings).toEqual({ value: 3, created: 3, configured: 0, unchanged: 0 });
    expect(outputs['changes']).toBe(
      `Namespace ${namespace} created, ConfigMap ${namespace}/config created, Secret ${namespace}/key created`,
    );
    expect(read('configmap/config', '.data.mode')).toBe('0644');
    expect(read('configmap/config', '.metadata.managedFields[*].manager')).toBe('muster');
    expect(read('secret/key', '.metadata.labels.muster/run'.replace('muster/run', 'muster\\/run'))).toBe(
      context.token,
    );
  });

  it('says what differs, leaves what does not, and keeps whose it is; nothing is pruned', async () => {
    await apply();
    const other = contextOf(directory, { run: 'shop-2' });
    expect((await apply({}, other)).findings).toEqual({ value: 3, created: 0, configured: 0, unchanged: 3 });
    write('config', 'ConfigMap', 'mode: "0600"');
    write('key', 'Secret', 'password: b3RoZXItY2FuYXJ5');
    fs.rmSync(join(manifests, 'z.yaml'));
    const { outputs } = await apply({}, other);
    expect(outputs).toMatchObject({ created: 0, configured: 2, unchanged: 0 });
    expect(other.lines.join('\n')).toContain('.data.mode: "0644" → "0600"');
    expect(read('secret/key', '.metadata.labels.muster\\/run')).toBe(context.token);
    fs.rmSync(join(manifests, 'key.yaml'));
    await apply({}, other);
    expect(read('secret/key', '.data.password')).toBe('b3RoZXItY2FuYXJ5');
    expect(JSON.stringify([context.lines, other.lines, outputs])).not.toMatch(/Y2FuYXJ5|b3RoZXIt|canary/);
  });

  it('takes manifests as a text, and the content of a kubeconfig by reference', async () => {
    const text = fs.readdirSync(manifests).map((name) => fs.readFileSync(join(manifests, name), 'utf8')).join('---\n'); // prettier-ignore
    const { outputs } = await apply({ manifests: text, kubeconfig: `file:${cluster.kubeconfig}` });
    expect(outputs).toMatchObject({ created: 3 });
    expect(fs.existsSync(join(context.workDirectory, 'kubeconfig'))).toBe(false);
    expect(JSON.stringify([context.lines, outputs])).not.toContain('canary');
  });

  it('changes nothing where one of the manifests is refused', async () => {
    write('broken', 'ConfigMap', 'mode: [1]');
    fs.rmSync(join(manifests, 'z.yaml'));
    cluster.kubectl('create', 'namespace', namespace);
    await expect(apply()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Trying the manifests on the server failed \(context shop [^]*\.data\.mode/,
      ),
      kind: 'terminal',
    });
    expect(cluster.kubectl('-n', namespace, 'get', 'secrets', '-o=name')).toBe('');
    await expect(settle(inputOf(), context)).rejects.toThrow('Trying the manifests');
  });

  it('leaves to another field manager what it holds, until it is told to take it', async () => {
    await apply();
    cluster.kubectl('-n', namespace, 'patch', 'configmap/config', '-p={"data":{"mode":"0777"}}');
    await expect(apply()).rejects.toMatchObject({
      message: expect.stringMatching(
        /Another field manager holds these fields.*kubectl-patch.*\.data\.mode$/s,
      ),
      kind: 'terminal',
    });
    expect((await apply({ takeOver: 'true' })).outputs).toMatchObject({ configured: 1, unchanged: 2 });
    expect(read('configmap/config', '.data.mode')).toBe('0644');
  });

  it('tells by looking whether an interrupted try did its work', async () => {
    expect(await settle(inputOf(), context)).toBe('not-done');
    await apply();
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { created: 3 } });
    cluster.kubectl('-n', namespace, 'delete', 'configmap/config');
    expect(await settle(inputOf(), context)).toBe('partial');
  });

  it('is applied again after it was killed in the middle', async () => {
    const input = { kubeconfig: cluster.kubeconfig, context: 'shop', namespace, path: manifests };
    const kept = join(context.workDirectory, 'result.json');
    await killTry({ action: 'kubectl.apply', with: input, context, when: () => fs.existsSync(kept) });
    const again = await apply({}, contextOf(directory, { name: 'system/1/recover/step#2' }));
    expect(again.findings).toMatchObject({ value: 3, configured: 0 });
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { created: 3 } });
  });
});

withCluster('a cluster that kubectl.apply cannot work with', () => {
  it.each([
    ['reader', 'terminal', /may not do it.*\(Forbidden\)/s],
    ['expired', 'terminal', /does not take the credentials/],
    ['untrusted', 'terminal', /is not trusted/],
    [
      'gone',
      'retryable',
      /\(context gone \(https:\/\/127.0.0.1:1\), namespace \S+\)\. The API server does not answer/,
    ],
    ['nobody', 'terminal', /There is no context nobody in \S+kubeconfig\./],
  ])('says so where the context is %s', async (name, kind, message) => {
    const failing = apply({ context: name });
    await expect(failing).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    await expect(failing).rejects.not.toThrow(cluster.token);
  });

  it('never takes the current context, and needs one named', async () => {
    process.env['KUBECONFIG'] = cluster.kubeconfig;
    expect((await apply({ kubeconfig: undefined })).outputs).toMatchObject({ created: 3 });
    delete process.env['KUBECONFIG'];
    expect(cluster.kubectl('config', 'current-context')).toContain('gone');
    expect(description.input.safeParse({ path: '/manifests' }).error?.issues[0]?.path).toEqual(['context']);
  });

  it('refuses what it does not know, what is no manifest, and what has no name', async () => {
    const text = (kind: string, metadata: string) =>
      `apiVersion: muster/v1\nkind: ${kind}\nmetadata: ${metadata}\n`;
    await expect(apply({ manifests: text('Island', '{ name: a }') })).rejects.toThrow(
      'does not know this kind',
    );
    await expect(apply({ manifests: '{{{' })).rejects.toThrow('It cannot be taken as it is written');
    const nameless = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: a- }\n';
    await expect(apply({ manifests: nameless })).rejects.toThrow('A ConfigMap has no name');
    await expect(apply({ path: join(directory, 'nowhere') })).rejects.toThrow(
      'It cannot be taken as it is written',
    );
    await expect(apply({ path: undefined })).rejects.toThrow('Say either `path` or `manifests`');
  });
});
