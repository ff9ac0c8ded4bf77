import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue } from '../../actions/catalogue.ts';
import { compile } from '../../language/compile/compile.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { readRoster } from '../../language/roster/read-roster.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { readPublicKey } from '../../people/public-key.ts';
import { sha256 } from '../../record/sha256.ts';
import { type Estate, places, shop } from '../../runbooks/shop/estate/layout.ts';
import { people, writePeople } from '../../runbooks/shop/estate/people.ts';
import { writeRunbook } from '../../runbooks/shop/estate/runbook.ts';

describe('the runbook of the shop', () => {
  let estate: Estate;

  beforeAll(async () => {
    const site = (port: number) => ({ database: port, api: port + 1 });
    estate = {
      directory: await mkdtemp(join(tmpdir(), 'muster-shop-')),
      binaries: '/usr/lib/postgresql/17/bin',
      ports: { traffic: 1000, sites: { primary: site(2000), standby: site(3000), rehearsal: site(4000) } },
    };
    writeRunbook(estate);
    await writePeople(estate);
  });

  afterAll(() => rm(estate.directory, { recursive: true }));

  const read = async (file: string) => {
    const reading = readRunbook({ text: await readFile(file, 'utf8'), file }, catalogue);
    expect(reading.diagnostics).toEqual([]);
    return reading.runbook!;
  };

  const roster = async (file: string) => {
    const reading = readRoster(
      { text: await readFile(file, 'utf8'), file },
      { sha256, readKey: readPublicKey },
    );
    expect(reading.diagnostics).toEqual([]);
    return reading.roster!;
  };

  it('has people, of whom only the keys differ beside an estate', async () => {
    const [committed, own] = [await roster(join(shop, 'roster.yaml')), await roster(places(estate).roster)];
    expect(Object.keys(committed.people)).toEqual(people);
    for (const person of people) {
      const made = (await readPrivateKey(places(estate).key(person))).publicKey;
      expect(own.people[person]).toEqual({ ...committed.people[person]!, keys: [made] });
    }
  });

  it('has no mistake', async () => {
    const { runbook } = await read(join(shop, 'runbook.yaml'));
    expect(Object.keys(runbook.systems)).toEqual(['orders-db', 'uploads', 'api', 'traffic']);
  });

  it('differs beside an estate in its places and ports only', async () => {
    const { runbook: committed } = await read(join(shop, 'runbook.yaml'));
    const { runbook: own } = await read(places(estate).runbook);
    expect({ ...own, sites: committed.sites }).toEqual(committed);
    expect(own.sites['standby']?.vars).toMatchObject({ port: '3000', api: '127.0.0.1:3001' });
    expect(own.sites['rehearsal']?.isolated?.cannotReach).toEqual([
      '127.0.0.1:2000',
      '127.0.0.1:2001',
      '127.0.0.1:3000',
      '127.0.0.1:3001',
      '127.0.0.1:1000',
    ]);
    for (const name of ['primary', 'standby', 'rehearsal']) {
      expect(Object.keys(own.sites[name]!.vars)).toEqual(Object.keys(committed.sites[name]!.vars));
    }
  });

  it.each(['live', 'rehearsal'] as const)('compiles to a plan of a %s run', async (mode) => {
    const source = await read(places(estate).runbook);
    const { diagnostics, plan } = compile({
      source,
      catalogue,
      mode,
      attended: true,
      from: 'primary',
      to: mode === 'live' ? 'standby' : 'rehearsal',
      parameters: { incident: 'INC-1' },
      roster: await roster(places(estate).roster),
      now: Date.now(),
      sha256,
      compressedSize: (text) => text.length,
    });
    expect(diagnostics).toEqual([]);
    expect(plan?.mode).toBe(mode);
  });
});
