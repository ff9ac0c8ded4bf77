import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteSetAside } from '../../actions/set-aside.ts';
import { ClientFailure } from '../../client/failure.ts';
import { isDo } from '../../core/plan.ts';
import { hostLabel } from '../../contract/names.ts';
import { hostId } from '../../local/host-id.ts';
import { makeStepDirectory } from '../../host/step-directory.ts';
import { MemoryRuns, type } from './test-cli.ts';
import { halfway, recovered } from './views.ts';

const before = process.env['MUSTER_HOME'];
let home = '';
let place = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-cleanup-'));
  process.env['MUSTER_HOME'] = home;
  const id = { run: recovered.run, try: 'db/1/recover/restore#1' };
  place = join(home, 'a{{b}}.aside-0123456789ab');
  await mkdir(place);
  const workDirectory = join(await makeStepDirectory(home, id), 'work');
  const context = { ...id, workDirectory };
  await noteSetAside({ kind: 'directory', place, replaced: join(home, 'db') }, context);
  await noteSetAside({ kind: 'database', place: 'database db_old at here:5432', replaced: 'db' }, context);
});
afterAll(async () => {
  if (before === undefined) delete process.env['MUSTER_HOME'];
  else process.env['MUSTER_HOME'] = before;
  await rm(home, { recursive: true });
});

const said = ['--reason', 'the disk is full', '--detach'];

describe('muster cleanup of a run that is over', () => {
  it('starts a run that deletes exactly what it showed, when two people agree, and nothing else', async () => {
    const runs = new MemoryRuns(recovered);
    const { code, err } = await type(['cleanup', recovered.run, '--confirm', recovered.run, ...said], runs);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(err).toContain(place);
    const { plan } = runs.started[0]!;
    expect(plan).toMatchObject({ mode: 'live', runbook: { name: 'cleanup-shop' } });
    const step = plan.nodes['set-aside']!.steps.find((one) => one.id === 'delete')!;
    expect(isDo(step) && step.do).toMatchObject({
      action: 'cleanup.remove',
      with: { run: recovered.run, places: [place], databases: ['database db_old at here:5432'] },
    });
    const label = hostLabel(hostId(home));
    expect(plan.nodes['set-aside']!.placement).toEqual({ label, key: 'set-aside@here' });
    expect(step.noReturn).toBe(true);
    expect(plan.nodes['set-aside']!.needs).toEqual(['decide']);
    const [gate] = plan.nodes['decide']!.steps;
    expect(gate).toMatchObject({
      ask: { choices: [{ name: 'approve', by: [{ role: 'anyone', count: 2 }] }, { name: 'reject' }] },
    });
    expect(JSON.stringify(gate)).toContain('db_old');
    expect(plan.weaknesses.map(({ about }) => about)).not.toContain('set-aside');
  });

  it('starts nothing without the run’s id, and where nothing is set aside', async () => {
    const runs = new MemoryRuns(recovered);
    expect((await type(['cleanup', recovered.run, '--confirm', 'shop', ...said], runs)).code).not.toBe(0);
    const other = new MemoryRuns({ ...recovered, run: 'shop-20200101-000000-000000' });
    const { code, err } = await type(['cleanup', 'shop', ...said], other);
    expect(code).toBe(0);
    expect(err).toContain('Nothing that shop-20200101-000000-000000 has set aside is on this host.');
    expect([...runs.started, ...other.started]).toEqual([]);
  });

  it('knows it by its directories when its history is gone, and deletes nothing of one that is open', async () => {
    const gone = new MemoryRuns(new ClientFailure('not-found', 'there is no such run'));
    await type(['cleanup', recovered.run, '--confirm', recovered.run, ...said], gone);
    expect(gone.started).toHaveLength(1);
    const open = new MemoryRuns(halfway);
    expect((await type(['cleanup', halfway.run, ...said], open)).code).not.toBe(0);
    expect(open.started).toEqual([]);
  });
});
