import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import type { Account } from './layout.ts';
import { asAccount } from './processes.ts';

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or else as `nobody`. */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return ['postgres', 'nobody']
    .map((name) => accounts.find((account) => account.name === name))
    .find(Boolean);
}

/** Makes a directory that belongs to the account. */
export function makeDirectoryOf(account: Account | undefined, directory: string): void {
  mkdirSync(directory, { recursive: true });
  if (!account) return;
  chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o755);
}

/** @throws Error where the account cannot enter the directory, as in `/root`. */
export function mustBeAbleToEnter(account: Account | undefined, directory: string): void {
  if (!account) return;
  const [command = '', ...rest] = asAccount(['test', '-x', directory], account);
  try {
    execFileSync(command, rest);
  } catch (error) {
    throw new Error(
      `PostgreSQL runs as ${account.name}, who cannot enter ${directory}. Choose a directory that others may enter.`,
      { cause: error },
    );
  }
}
