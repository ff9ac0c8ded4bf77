import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { executableOnPath } from '../executable-on-path.ts';
import type { Finding } from './finding.ts';
import { isAtLeast } from '../server-version.ts';

const leastNode = '20.19.0';

/** Node and the programs that steps are run with. */
export async function checkPrograms(): Promise<readonly Finding[]> {
  return [checkNode(), ...utilLinux.map(checkProgram), await checkNetworks(), checkPostgres()];
}

/** Program, what needs it, and whether nothing works without. */
const utilLinux: readonly (readonly [name: string, need: string, must: boolean])[] = [
  ['flock', 'one process per place, one command per try', true],
  ['setsid', 'commands that outlive the worker', true],
  ['setpriv', 'databases that refuse to run as root', false],
  ['nsenter', 'steps inside a private network', false],
  ['ip', 'private networks of rehearsals (iproute2)', false],
];

function checkNode(): Finding {
  const found = process.versions.node;
  if (isAtLeast(found, leastNode)) return { what: 'Node.js', state: 'ok', found };
  return { what: 'Node.js', state: 'missing', found, mend: `Install Node.js ${leastNode} or later.` };
}

function checkProgram([name, need, must]: (typeof utilLinux)[number]): Finding {
  const found = executableOnPath(name);
  if (found) return { what: name, state: 'ok', found };
  const mend = `Install ${name === 'ip' ? 'iproute2' : 'util-linux'}: it serves ${need}.`;
  return { what: name, state: must ? 'missing' : 'weak', found: 'not on the PATH', mend };
}

async function checkNetworks(): Promise<Finding> {
  const what = 'private networks';
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  try {
    await promisify(execFile)('unshare', [...user, '--net', '--mount', 'true'], { timeout: 10_000 });
    return { what, state: 'ok', found: 'the kernel makes them' };
  } catch (error) {
    return {
      what,
      state: 'weak',
      found: `the kernel refuses (${(error as Error).message.trim().split('\n').at(-1)})`,
      mend: 'Rehearsals with `network: private` cannot run here: allow user namespaces, or run the worker as root.',
    };
  }
}

function checkPostgres(): Finding {
  const what = 'PostgreSQL';
  const debian = '/usr/lib/postgresql';
  const newestFirst = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = [
    ...(process.env['MUSTER_POSTGRES_BIN'] ? [process.env['MUSTER_POSTGRES_BIN']] : []),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...newestFirst.map((version) => join(debian, version, 'bin')),
  ].find((directory) => existsSync(join(directory, 'postgres')));
  if (found) return { what, state: 'ok', found };
  return {
    what,
    state: 'weak',
    found: 'no server programs',
    mend: 'Steps postgres.* need them: install PostgreSQL, or set MUSTER_POSTGRES_BIN. The demo fetches its own.',
  };
}
