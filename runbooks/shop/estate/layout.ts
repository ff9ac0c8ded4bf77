import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../local/package-root.ts';

export type SiteName = 'primary' | 'standby' | 'rehearsal';

/** The account that PostgreSQL runs as where the estate is built by root, whom PostgreSQL refuses. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What differs from one estate to the next; everything else follows from it. */
export interface Estate {
  readonly directory: string;
  /** The directory of `postgres` and `initdb`. */
  readonly binaries: string;
  readonly account?: Account;
  readonly ports: {
    readonly traffic: number;
    readonly sites: Readonly<Record<SiteName, { readonly database: number; readonly api: number }>>;
  };
}

const file = (directory: string) => join(directory, 'estate.json');

/** @returns the estate that stands in a directory, or undefined where there is none. */
export function readEstate(directory: string): Estate | undefined {
  if (!existsSync(file(directory))) return undefined;
  return JSON.parse(readFileSync(file(directory), 'utf8')) as Estate;
}

export function writeEstate(estate: Estate): void {
  writeFileSync(file(estate.directory), `${JSON.stringify(estate, null, 2)}\n`);
}

/** Where the parts of an estate are. */
export const places = ({ directory }: Pick<Estate, 'directory'>) => ({
  runbook: join(directory, 'runbook.yaml'),
  roster: join(directory, 'roster.yaml'),
  /** The private key of one of the roster's people, or of who keeps it. */
  key: (person: string) => join(directory, 'keys', person),
  ledger: join(directory, 'customers', 'ledger.jsonl'),
  control: join(directory, 'traffic', 'sends-to'),
  logs: join(directory, 'logs'),
  backups: {
    orders: join(directory, 'backups', 'orders'),
    uploads: {
      archive: join(directory, 'backups', 'uploads', 'uploads.tar.gz'),
      manifest: join(directory, 'backups', 'uploads', 'uploads.sha256'),
      note: join(directory, 'backups', 'uploads', 'uploads.json'),
    },
  },
});

/** What one site is made of. */
export function siteOf({ directory, ports }: Estate, name: SiteName) {
  const { database, api } = ports.sites[name];
  return {
    name,
    data: join(directory, name),
    databaseDirectory: join(directory, name, 'pg'),
    uploads: join(directory, name, 'uploads'),
    databasePort: database,
    connection: `postgres://shop@127.0.0.1:${database}/shop`,
    api: `127.0.0.1:${api}`,
    /** Says which process the API is, in the form of the action `process.start`. */
    apiIdentity: join(directory, name, 'api.id'),
  };
}

/** The folder of the shop's runbook and services, the same from the sources and from what was built of them. */
export const shop = join(packageRoot, 'runbooks', 'shop');
