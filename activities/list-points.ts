import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action } from '../actions/action.ts';
import { leftOutIn } from '../actions/left-out.ts';
import { gathered, Secrets } from '../actions/secret.ts';
import { parseInput } from '../actions/parse-input.ts';
import { mostPoints, type PointsCall, type PointsInput } from '../contract/points.ts';
import type { Listed } from '../core/points/choose.ts';
import { printable, shorten } from '../core/printable.ts';
import { type Json, resolve } from '../core/value.ts';
import { readScans, type Scan, withScan } from '../host/scans.ts';

export interface ListDependencies {
  /** The state directory: what was scanned stands there. */
  readonly home: string;
  readonly loadAction: (name: string) => Promise<Action | undefined>;
  /** Says why nothing is listed for somebody; undefined where he is trusted. */
  readonly mistrust: (input: PointsInput) => string | undefined;
  /** Of the activity that calls. */
  readonly signal: () => AbortSignal;
}

/** How long all of it may take, in milliseconds, and how many are listed at once. */
const listWithinMs = 100_000;
const atOnce = 4;

/** Of so many backups that were left out it is told why; of the others only how many they are. */
const mostLeftOut = 10;

/** Makes the activity that lists recovery points on this host. That one list cannot be had is a part of the answer. */
export function createListPoints({ home, loadAction, mistrust, signal }: ListDependencies) {
  return async function listPoints(input: PointsInput): Promise<Listed[]> {
    const why = mistrust(input);
    const stop = AbortSignal.any([signal(), AbortSignal.timeout(listWithinMs)]);
    const calls = input.calls.filter(({ path }) => input.only?.includes(path) ?? true);
    if (why !== undefined) return calls.map(({ path }) => ({ path, trouble: why }));
    const scans = await readScans(home);
    const lists: Listed[] = [];
    const waiting = [...calls];
    const work = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift())
        lists.push(withScans(await list(one, loadAction, stop), scans));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return lists;
  };
}

const withScans = (listed: Listed, scans: readonly Scan[]): Listed =>
  'points' in listed ? { ...listed, points: listed.points.map((point) => withScan(point, scans)) } : listed;

async function list(
  { path, call, enter }: PointsCall,
  loadAction: ListDependencies['loadAction'],
  signal: AbortSignal,
): Promise<Listed> {
  const action = await loadAction(call.action);
  if (!action?.list) return { path, trouble: `this worker host cannot list what ${call.action} restores` };
  if (enter.length > 0 && !action.description.enters)
    return {
      path,
      trouble: `${call.action} works on the worker's own host, and this site is entered by a command`,
    };
  const parsed = parseInput(action.description.input, unpinned(call));
  if (!parsed.success) return { path, trouble: 'its input does not fit' };
  const secrets = new Secrets();
  const fit = (text: string, most: number) => shorten(printable(secrets.redact(text)), most);
  const damaged: string[] = [];
  const work = await mkdtemp(join(tmpdir(), 'muster-list-'));
  try {
    const context = {
      ...{ run: 'list', try: path, token: 'list', workDirectory: work, runDirectory: work, enter, signal },
      progress: () => undefined,
      log: (line: string) => {
        const why = leftOutIn(line);
        if (why !== undefined) damaged.push(why);
      },
    };
    const { list } = action;
    const points = await gathered(secrets, () => list(parsed.data as never, context));
    const newest = [...points].sort((a, b) => b.time - a.time).slice(0, mostPoints);
    const leftOut = damaged.slice(0, mostLeftOut).map((line) => fit(line, 400));
    if (damaged.length > mostLeftOut) leftOut.push(`${damaged.length - mostLeftOut} more`);
    return { path, points: newest, ...(leftOut.length > 0 && { leftOut }) };
  } catch (error) {
    const why = signal.aborted ? 'it took too long' : (error as Error).message;
    return { path, trouble: fit(why, 1_000) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The call without what pins one: all that there is is asked for. */
function unpinned({ with: input, points }: PointsCall['call']): Json {
  const fields = [points?.id, points?.moment];
  const left = Object.entries(input).filter(([field]) => !fields.includes(field));
  return resolve(Object.fromEntries(left), { 'run.id': 'list', 'run.token': 'list' });
}
