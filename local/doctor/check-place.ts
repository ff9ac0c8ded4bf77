import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { promisify } from 'node:util';
import { ensureCache, ensureHome } from '../home.ts';
import type { Finding } from './finding.ts';

const littleBytes = 2 * 1024 ** 3;

/** The state directory, the room beside it, and the clock that times are measured by. */
export async function checkPlace(): Promise<readonly Finding[]> {
  return [...checkHome(), checkCache(), await checkClock()];
}

function checkHome(): Finding[] {
  const what = 'state directory';
  try {
    const home = ensureHome();
    return [{ what, state: 'ok', found: home }, checkRoom(home)];
  } catch (error) {
    const mend = 'Set MUSTER_HOME to a directory that can be written.';
    return [{ what, state: 'missing', found: (error as Error).message, mend }];
  }
}

function checkCache(): Finding {
  const what = 'cache directory';
  try {
    return { what, state: 'ok', found: ensureCache() };
  } catch (error) {
    const mend = 'Set MUSTER_CACHE to a directory that can be written.';
    return { what, state: 'weak', found: (error as Error).message, mend };
  }
}

function checkRoom(home: string): Finding {
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const found = `${(free / 1024 ** 3).toFixed(1)} GB free beside the state directory`;
  if (free >= littleBytes) return { what: 'disk space', state: 'ok', found };
  const mend = 'Make room: without any, no step can be started.';
  return { what: 'disk space', state: 'weak', found, mend };
}

/** Times of a run are compared across machines: a clock that nobody sets makes them worth little. */
async function checkClock(): Promise<Finding> {
  const what = 'clock';
  if (existsSync('/run/systemd/timesync/synchronized')) return { what, state: 'ok', found: 'synchronized' };
  const sources: readonly (readonly string[])[] = [
    ['timedatectl', 'show', '--property=NTPSynchronized', '--value'],
    ['chronyc', '-c', 'tracking'],
  ];
  for (const [command = '', ...args] of sources) {
    const answer = await promisify(execFile)(command, args, { timeout: 5_000 }).catch(() => undefined);
    if (/^yes$|,Normal\s*$/m.test(answer?.stdout ?? '')) return { what, state: 'ok', found: 'synchronized' };
  }
  return {
    what,
    state: 'weak',
    found: 'nothing says that it is synchronized',
    mend: 'Let NTP set the clock (chrony, systemd-timesyncd), unless the host below this machine does.',
  };
}
