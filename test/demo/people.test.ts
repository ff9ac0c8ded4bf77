import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event } from '../../core/event.ts';
import type { RunView } from '../../core/view.ts';
import { Muster } from './muster.ts';

const runbook = `muster: v1
name: tiny
title: Restore the tiny thing
owner: team-tiny
sites: { here: { vars: {} }, there: { vars: {} } }
systems:
  thing:
    needs: [go]
    fence: { none: nothing writes to it }
    recover: [{ step: start, use: noop }]
gates:
  go: { title: 'Start it there?', approve: { by: [{ role: operator, count: 2 }], not: [starter] } }
`;

/** Three people, each with a key of her own, as they would sit at three terminals. */
describe('people of a roster, each at a terminal of her own', () => {
  const muster = new Muster();
  const at = (name: string) => join(muster.home, name);
  const people = ['ada', 'bob', 'cid', 'mallory'] as const;
  const as = (person: string, ...argv: string[]) =>
    muster.run(...argv, '--key', at(`${person}.key`), '--as', person, '--reason', 'test');

  beforeAll(async () => {
    const lines: string[] = [];
    for (const person of people) {
      const { out } = await muster.run('key', 'new', at(`${person}.key`), '--comment', person);
      if (person === 'mallory') continue;
      lines.push(`  ${person}: { name: ${person}, roles: [operator], keys: ['${out.split('\n')[0]}'] }`);
    }
    writeFileSync(at('roster.yaml'), `muster: v1\nroster: team-tiny\npeople:\n${lines.join('\n')}\n`);
    writeFileSync(at('tiny.yaml'), runbook);
  }, 300_000);
  afterAll(() => muster.remove(), 60_000);

  it('are checked before anything runs', async () => {
    const without = await muster.run('plan', at('tiny.yaml'), '--from', 'here', '--to', 'there');
    expect(without.code).toBe(2);
    expect(without.err + without.out).toContain('MUSTER_PLAN_ROSTER');
    const checked = await muster.run('validate', at('tiny.yaml'), '--roster', at('roster.yaml'));
    expect(checked).toMatchObject({ code: 0 });
    const sites = ['--from', 'here', '--to', 'there', '--roster', at('roster.yaml')];
    expect((await muster.run('plan', at('tiny.yaml'), ...sites)).out).toContain('there now: ada, bob, cid');
  });

  it('open a gate when two of them sign, and neither the starter nor a stranger', async () => {
    const started = await as('ada', 'recover', at('tiny.yaml'), '--roster', at('roster.yaml'), ...sites);
    expect(started).toMatchObject({ code: 0 });
    const run = started.out.trim();
    await until(run, ({ asks }) => asks.length === 1);
    await expect(as('mallory', 'approve', 'go', run)).resolves.toMatchObject({ code: 4 });
    const own = await as('ada', 'approve', 'go', run);
    expect(own).toMatchObject({ code: 4 });
    expect(own.out).toContain('NOT counted');
    expect(await as('bob', 'approve', 'go', run)).toMatchObject({ code: 0 });
    expect(await as('bob', 'approve', 'go', run)).toMatchObject({ code: 1 });
    expect(await as('bob', 'hold', run)).toMatchObject({ code: 4 });
    expect(await as('cid', 'approve', 'go', run)).toMatchObject({ code: 0 });
    const watched = await muster.run('watch', run, '--output', 'json');
    expect((JSON.parse(watched.out) as RunView).status).toBe('recovered');
    const told = await muster.run('watch', run, '--output', 'jsonl');
    const events = told.out
      .trim()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event);
    const votes = events.flatMap((event) => (event.type === 'voted' ? [event] : []));
    expect(votes.map(({ decision, verdict }) => `${decision.by} ${verdict}`)).toEqual([
      'ada excluded',
      'bob counted',
      'bob already-voted',
      'bob not-commander',
      'cid counted',
    ]);
    expect(new Set(votes.map(({ key }) => key)).size).toBe(3);
  }, 300_000);

  it('have their rosters trusted by workers that know who keeps them, and no other', async () => {
    const { out } = await muster.run('key', 'new', at('owner.key'));
    writeFileSync(at('roster-keys'), `# who keeps the rosters\n${out.split('\n')[0]}\n`);
    await muster.run('down'); // the next worker reads the file
    const recover = () =>
      as('ada', 'recover', at('tiny.yaml'), '--roster', at('roster.yaml'), ...sites, '--output', 'json');
    const untrusted = await recover();
    expect(untrusted.code).toBe(2);
    expect(untrusted.err).toMatch(/^muster: Workers here perform only for rosters that SHA256:\S+ signed/m);

    expect(await muster.run('roster', 'sign', at('roster.yaml'), '--key', at('owner.key'))).toMatchObject({
      code: 0,
    });
    const trusted = JSON.parse((await recover()).out) as { run: string };
    for (const person of ['bob', 'cid']) await approved(person, trusted.run);
    expect((await until(trusted.run, ({ status }) => status !== 'running')).status).toBe('recovered');
  }, 300_000);

  const sites = ['--from', 'here', '--to', 'there', '--confirm', 'tiny', '--detach'];

  async function until(run: string, wanted: (view: RunView) => boolean): Promise<RunView> {
    let last = '';
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      last = (await muster.run('status', run, '--output', 'json')).out;
      const view = JSON.parse(last) as RunView;
      if (wanted(view)) return view;
    }
    const { status, asks } = JSON.parse(last) as RunView;
    throw new Error(`not as wanted: ${JSON.stringify({ status, asks })}`);
  }

  async function approved(person: string, run: string): Promise<void> {
    await until(run, ({ asks }) => asks.some(({ ask }) => ask.kind === 'gate'));
    expect(await as(person, 'approve', 'go', run)).toMatchObject({ code: 0 });
  }
});
