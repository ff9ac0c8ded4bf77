import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../local/package-root.ts';
import { freePort } from './postgres-cluster.ts';

const build = join(packageRoot, 'test', 'support', 'kube-server', 'build.sh');
const server = execFileSync('bash', [build, 'path'], { encoding: 'utf8' }).trim();
const onPath = (program: string) =>
  (process.env['PATH'] ?? '').split(':').some((place) => fs.existsSync(join(place, program)));

/** A real API server (built by `npm run kube:build`), etcd and kubectl. Where one is missing the tests are skipped, visibly. */
export const installed = fs.existsSync(server) && onPath('kubectl') && onPath('etcd');

/** kubectl waits for JSON paths from 1.23 on. */
export function knowsJsonPath(): boolean {
  if (!installed) return false;
  const said = execFileSync('kubectl', ['version', '--client', '--output=json'], { encoding: 'utf8' });
  return Number(/"minor": "(\d+)/.exec(said)?.[1]) >= 23;
}

export interface KubeCluster {
  /** With the contexts `shop` (may do all), `reader` (may do nothing), `expired`, `untrusted` and `gone`; `gone` is current. */
  readonly kubeconfig: string;
  readonly token: string;
  kubectl(...argv: string[]): string;
  /** Kills the API server. */
  kill(): Promise<void>;
  /** Starts it again; it answers some seconds later. */
  start(): void;
  stop(): Promise<void>;
}

/** An API server with the controllers of workloads, and nobody that runs their pods (see kube-server/main.go). */
export async function startCluster(directory: string): Promise<KubeCluster> {
  const processes: ChildProcess[] = [];
  const start = (program: string, ...argv: string[]): ChildProcess => {
    const log = fs.openSync(join(directory, `${processes.length}.log`), 'w');
    const child = spawn(program, argv, { cwd: directory, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    processes.push(child);
    return child;
  };
  const [etcd, peer, port] = [await freePort(), await freePort(), await freePort()];
  const [client, peers] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${peer}`];
  const token = 'canary-7f3b9c2d-token';
  fs.writeFileSync(join(directory, 'tokens.csv'), `${token},admin,1,system:masters\nreader-token,reader,2\n`);
  execFileSync('openssl', ['genrsa', '-out', join(directory, 'sa.key'), '2048'], { stdio: 'ignore' });
  start('etcd', `--data-dir=${directory}/etcd`, `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peers}`); // prettier-ignore
  const startServer = () => start(server, `--etcd-servers=${client}`, ...flagsOf(directory, port));
  let api = startServer();
  const kubeconfig = join(directory, 'kubeconfig');
  const kubectl = (...argv: string[]) =>
    execFileSync('kubectl', [`--kubeconfig=${kubeconfig}`, '--context=shop', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const stop = async () => {
    for (const child of processes.reverse()) {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
    }
  };
  try {
    await answering(join(directory, 'certificates', 'apiserver.crt'), () => {
      writeKubeconfig(kubeconfig, directory, port, token);
      kubectl('get', '--raw', '/readyz');
      kubectl('get', 'namespace', 'default');
    });
    fs.writeFileSync(join(directory, 'own'), contextless(directory, port, token));
    start(server, 'controllers', join(directory, 'own'));
  } catch (error) {
    await stop();
    throw error;
  }
  const kill = async () => {
    const ended = once(api, 'exit');
    api.kill('SIGKILL');
    await ended;
  };
  const startAgain = () => void (api = startServer());
  return { kubeconfig, token, kubectl, kill, start: startAgain, stop };
}

const flagsOf = (directory: string, port: number): string[] => [
  '--bind-address=127.0.0.1',
  '--advertise-address=127.0.0.1',
  `--secure-port=${port}`,
  `--cert-dir=${directory}/certificates`,
  `--token-auth-file=${directory}/tokens.csv`,
  '--authorization-mode=RBAC',
  '--endpoint-reconciler-type=none',
  '--service-cluster-ip-range=10.0.0.0/24',
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-signing-key-file=${directory}/sa.key`,
  `--service-account-key-file=${directory}/sa.key`,
  '--disable-admission-plugins=ServiceAccount',
];

/** Until it answers; with the last error where it does not within a minute. */
async function answering(certificate: string, ask: () => void): Promise<void> {
  for (const end = Date.now() + 60_000; ; await sleep(200)) {
    try {
      if (fs.existsSync(certificate)) return ask();
      if (Date.now() > end) throw new Error('the API server made no certificate');
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

type Named = readonly [name: string, value: object];
const named = (kind: string, entries: readonly Named[]) =>
  entries.map(([name, value]) => ({ name, [kind]: value }));

function configOf(directory: string, port: number, token: string, current: string): string {
  const server = `https://127.0.0.1:${port}`;
  const ca = fs.readFileSync(join(directory, 'certificates', 'apiserver.crt')).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named('cluster', [
      ['here', { server, 'certificate-authority-data': ca }],
      ['untrusted', { server }],
      ['gone', { server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true }],
    ]),
    users: named('user', [
      ['admin', { token }],
      ['reader', { token: 'reader-token' }],
      ['expired', { token: 'expired-token' }],
    ]),
    contexts: named('context', [
      ['shop', { cluster: 'here', user: 'admin' }],
      ['reader', { cluster: 'here', user: 'reader' }],
      ['expired', { cluster: 'here', user: 'expired' }],
      ['untrusted', { cluster: 'untrusted', user: 'admin' }],
      ['gone', { cluster: 'gone', user: 'admin' }],
    ]),
    'current-context': current,
  });
}

const writeKubeconfig = (file: string, directory: string, port: number, token: string): void =>
  fs.writeFileSync(file, configOf(directory, port, token, 'gone'));

const contextless = (directory: string, port: number, token: string): string =>
  configOf(directory, port, token, 'shop');
