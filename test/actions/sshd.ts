import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe } from '@jest/globals';
import { whyNoConnection } from '../../actions/accepts-connections.ts';
import { bears, runningProcesses } from '../../actions/processes.ts';
import { readProc } from '../../actions/process-identity.ts';
import { freePort } from './postgres-cluster.ts';
import { temporaryDirectory } from './action-context.ts';

const program = '/usr/sbin/sshd';
const installed = fs.existsSync(program);
if (!installed) console.warn('SKIPPED: there is no sshd (Debian: openssh-server)');
export const hasSshd = installed || process.env['CI'] !== undefined;
export const withSshd = hasSshd ? describe : describe.skip;

const started: Sshd[] = [];
afterAll(() => {
  for (const sshd of started) {
    sshd.stop();
    for (const { pid } of runningProcesses()) if (bears(pid, `MUSTER_TEST_FAR=${sshd.directory}`)) kill9(pid);
  }
});

/** A real sshd on loopback, of the user that runs the tests, with keys of its own. */
export interface Sshd {
  readonly directory: string;
  readonly port: number;
  /** Where step directories lie on its far side. */
  readonly far: string;
  /** What reaches it, as the action takes it. */
  readonly to: Readonly<Record<string, string | number>>;
  /** The processes that serve its connections at this moment. */
  readonly sessions: () => number[];
  /** Ends it with all its connections, as a cut line does. */
  readonly stop: () => void;
  readonly start: () => Promise<void>;
}

export const keyAt = (file: string): void =>
  void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);

/** @param path the PATH of what is run there. */
export async function startSshd(path = process.env['PATH']!): Promise<Sshd> {
  const directory = temporaryDirectory();
  const far = join(directory, 'far');
  const port = await freePort();
  for (const name of ['host', 'client']) keyAt(join(directory, name));
  const [type, key] = fs.readFileSync(join(directory, 'host.pub'), 'utf8').split(' ');
  fs.writeFileSync(join(directory, 'known'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  fs.copyFileSync(join(directory, 'client.pub'), join(directory, 'authorized'));
  fs.writeFileSync(join(directory, 'config'), configOf(directory, port, path));
  // Where root starts it, it wants this directory, which Debian's service makes.
  if (process.getuid?.() === 0) fs.mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  let daemon: ChildProcess | undefined;
  const sshd: Sshd = {
    directory,
    port,
    far,
    to: {
      ...{ host: '127.0.0.1', port, user: userInfo().username, directory: far },
      ...{ identity: join(directory, 'client'), knownHosts: join(directory, 'known') },
    },
    sessions: () => serving(daemon?.pid),
    stop: () => {
      const all = sshd.sessions(); // Once their parent is gone nothing tells whose they are.
      daemon?.kill('SIGKILL');
      for (const pid of all) kill9(pid);
    },
    start: async () => {
      const log = fs.openSync(join(directory, 'log'), 'a');
      daemon = spawn(program, ['-D', '-e', '-f', join(directory, 'config')], { stdio: ['ignore', log, log] });
      fs.closeSync(log);
      while (await whyNoConnection(`127.0.0.1:${port}`, 500, AbortSignal.timeout(10_000))) {
        if (daemon.exitCode !== null) throw new Error(fs.readFileSync(join(directory, 'log'), 'utf8'));
        await sleep(20);
      }
    },
  };
  await sshd.start();
  started.push(sshd);
  return sshd;
}

const configOf = (directory: string, port: number, path: string): string => `
ListenAddress 127.0.0.1
Port ${port}
HostKey ${directory}/host
AuthorizedKeysFile ${directory}/authorized
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 100
SetEnv MUSTER_TEST_FAR=${directory} PATH=${path}
`;

export function kill9(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The sshd processes below another: two for a connection where they are not root's. */
const serving = (above: number | undefined): number[] =>
  childrenOf(above)
    .filter((pid) => readProc(`/proc/${pid}/comm`)?.startsWith('sshd'))
    .flatMap((pid) => [pid, ...serving(pid)]);

export const childrenOf = (parent: number | undefined): number[] =>
  parent === undefined
    ? []
    : runningProcesses()
        .map(({ pid }) => pid)
        .filter((pid) => parentOf(pid) === parent);

function parentOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
