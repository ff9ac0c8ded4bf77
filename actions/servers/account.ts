import { readFile, stat } from 'node:fs/promises';
import { ActionFailure } from '../action.ts';

/** The account that a server runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The argv that leads to it; empty where the worker is that account already. */
  readonly as: readonly string[];
}

/**
 * Chooses the account of a server: the worker's own, unless that is root, as whom no server is started. Then the
 * one that is named, or the owner of the directory, or the usual one (`postgres`), or `nobody`.
 * @throws ActionFailure where the named account does not exist or is root.
 */
export async function accountFor(directory: string, named?: string, usual = 'postgres'): Promise<Account> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid !== 0) return { name: String(uid), uid, gid, as: [] };
  const accounts = await readAccounts();
  const owner = await stat(directory).then((found) => found.uid, () => undefined); // prettier-ignore
  const account = named
    ? accounts.find(({ name }) => name === named)
    : [accounts.find((one) => one.uid === owner && one.uid !== 0), ...byName(accounts, usual)].find(Boolean);
  if (account && account.uid !== 0) return { ...account, as: leadsTo(account) };
  throw new ActionFailure(
    `The server cannot run as ${named ?? 'root'}: ${account ? 'no server is started as root' : 'there is no such account'}. Name an ordinary account with runAs.`,
  );
}

type Entry = Omit<Account, 'as'>;

const byName = (accounts: readonly Entry[], usual: string) =>
  [usual, 'nobody'].map((wanted) => accounts.find(({ name }) => name === wanted));

const leadsTo = ({ name, uid, gid }: Entry) => [
  'setpriv',
  ...['--reuid', String(uid), '--regid', String(gid)],
  ...(name === 'nobody' ? ['--clear-groups'] : ['--init-groups']),
];

async function readAccounts(): Promise<Entry[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  return lines.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
