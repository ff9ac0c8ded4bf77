import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../client/failure.ts';
import type { RunSummary } from '../../client/runs.ts';
import type { RunView } from '../../core/view.ts';
import { type Around, openList, openRuns } from '../../faces/cli/open-runs.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { halfway } from './views.ts';

const silence = new ClientFailure('no-worker', 'no worker answered in time');
const absent = new ClientFailure('not-found', 'there is no such run');

/** A service whose list is given look by look (the last one stays), and whose runs are asked by their ids. */
class LaggingRuns extends MemoryRuns {
  looks = 0;
  readonly #lists: readonly (readonly string[])[];
  readonly #known: Readonly<Record<string, RunView | ClientFailure>>;

  constructor(
    lists: readonly (readonly string[])[],
    known: Readonly<Record<string, RunView | ClientFailure>>,
  ) {
    super(halfway);
    this.#lists = lists;
    this.#known = known;
  }

  override async list(): Promise<readonly RunSummary[]> {
    const names = this.#lists[Math.min(this.looks, this.#lists.length - 1)] ?? [];
    this.looks += 1;
    const [one] = await super.list({ limit: 1, openOnly: true });
    return names.map((run) => ({ ...one!, run, status: 'unreachable' }));
  }

  override view(id?: string): Promise<RunView> {
    const known = this.#known[id ?? ''] ?? absent;
    return known instanceof ClientFailure ? Promise.reject(known) : Promise.resolve(known);
  }
}

const { run } = halfway;
const ended: RunView = { ...halfway, run: 'shop-0', status: 'recovered' };
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-open-runs-'));
});
afterEach(() => rm(home, { recursive: true }));

async function record(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(home, 'runs', name), { recursive: true });
    await writeFile(join(home, 'runs', name, 'events.jsonl'), '{}\n');
  }
}

const justUp = (): Around => ({ home, upSince: Date.now(), pause: 1 });
const namesOf = (views: readonly RunView[]) => views.map((view) => view.run);

describe('what is open, straight after the service came up', () => {
  it('is the run that the record of this host names, where the list is empty', async () => {
    await record(run, ended.run);
    const runs = () => new LaggingRuns([[]], { [run]: halfway, [ended.run]: ended });
    const open = await openRuns(runs(), justUp());
    expect({ ...open, views: namesOf(open.views) }).toEqual({ views: [run], silent: [] });
    const listed = await openList(runs(), 10, justUp());
    expect(listed.runs).toMatchObject([{ run, open: true, runbook: halfway.runbook.name }]);
  });

  it('is the run that a step directory of this host names, before anything was recorded', async () => {
    await mkdir(join(home, 'steps', run), { recursive: true });
    const open = await openRuns(new LaggingRuns([[]], { [run]: halfway }), justUp());
    expect(namesOf(open.views)).toEqual([run]);
  });

  it('is asked again where the list is empty first', async () => {
    await record(ended.run);
    const runs = new LaggingRuns([[], [], [run]], { [run]: halfway, [ended.run]: ended });
    expect(namesOf((await openRuns(runs, justUp())).views)).toEqual([run]);
    expect(runs.looks).toBe(3);
  });

  it('is not known where a recorded run does not answer', async () => {
    await record(run);
    const open = await openRuns(new LaggingRuns([[]], { [run]: silence }), justUp());
    expect(open).toEqual({ views: [], silent: [{ run, why: silence.message, unlisted: true }] });
  });

  it('is nothing where nothing was ever recorded, or the service is up for long', async () => {
    const runs = new LaggingRuns([[]], { [run]: silence });
    expect(await openRuns(runs, justUp())).toEqual({ views: [], silent: [] });
    expect(runs.looks).toBe(1);
    await record(run);
    const longUp = { ...justUp(), upSince: Date.now() - 3_600_000 };
    expect(await openRuns(runs, longUp)).toEqual({ views: [], silent: [] });
  });
});

describe('a run that is listed and does not answer', () => {
  const silent = () => new LaggingRuns([[run]], { [run]: silence });

  it('is never called no run: its name is said, and that no other is to be started', async () => {
    for (const argv of [['status'], ['approve'], ['watch']]) {
      const { code, out, err } = await type(argv, silent());
      expect({ argv, code }).toEqual({ argv, code: 7 });
      expect(err).toContain('A run is open, but does not say yet how it stands. Start no other.');
      expect(err).toContain(`${run} is open and does not answer yet`);
      expect(`${out}${err}`).not.toContain('No run is open');
    }
  });

  it('is shown once it answers, though the list had given it up', async () => {
    const { code, out } = await type(['status'], new LaggingRuns([[run]], { [run]: halfway }));
    expect(code).toBe(0);
    expect(out).toContain('orders-db');
  });

  it('keeps the other one from being taken for the only one', async () => {
    const runs = new LaggingRuns([['other-1', run]], { [run]: halfway, 'other-1': silence });
    const { code, err } = await type(['status'], runs);
    expect(code).toBe(2);
    expect(err).toContain('More than one run is open');
    expect(err).toContain('other-1 is open and does not answer yet');
  });
});
