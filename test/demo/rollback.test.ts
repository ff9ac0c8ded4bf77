import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { places } from '../../runbooks/shop/estate/layout.ts';
import { starter } from '../../runbooks/shop/estate/people.ts';
import { running } from '../../runbooks/shop/estate/processes.ts';
import { type Ended, Muster } from './muster.ts';

describe('muster rollback of a recovery that waits at its last gate', () => {
  const muster = new Muster();
  const directory = join(muster.home, 'demo');
  const standby = join(directory, 'standby');
  let demo: Promise<Ended>;
  let rolled: Ended;

  const view = async (): Promise<RunView | undefined> => {
    const { code, out } = await muster.run('status', 'shop', '--output', 'json');
    return code === 0 ? (JSON.parse(out) as RunView) : undefined;
  };
  const until = async (is: (view: RunView | undefined) => boolean) => {
    for (const end = Date.now() + 180_000; Date.now() < end; await sleep(500)) if (is(await view())) return;
    throw new Error(`it does not come: ${JSON.stringify(await view())}`);
  };

  beforeAll(async () => {
    demo = muster.run('demo', '--keep');
    const { key } = places({ directory });
    for (; !existsSync(key(starter)); await sleep(200));
    // Something is there before: that is what a rollback has to bring back.
    mkdirSync(join(standby, 'uploads'), { recursive: true });
    writeFileSync(join(standby, 'uploads', 'old.jpg'), 'of last year');
    await until((seen) => seen?.asks.some(({ about }) => about.node === 'go-live') === true);
    const said = [
      '--confirm',
      'shop',
      '--reason',
      'the primary is back',
      '--as',
      starter,
      '--key',
      key(starter),
    ];
    rolled = await muster.run('rollback', 'shop', ...said);
    await until((seen) => seen?.status === 'cancelled');
    await demo;
  }, 10 * 60_000);

  afterAll(async () => {
    await muster.run('demo', 'end');
    await muster.remove();
  }, 120_000);

  it('is counted', () => {
    expect(rolled).toMatchObject({ code: 0 });
    expect(rolled.err).toContain('api, uploads, orders-db');
  });

  it('stops what was started and brings back what had been there', () => {
    expect(running({ directory }).filter(({ argv }) => argv.some((one) => one.startsWith(standby)))).toEqual(
      [],
    );
    expect(readFileSync(join(standby, 'uploads', 'old.jpg'), 'utf8')).toBe('of last year');
    expect(existsSync(join(standby, 'pg'))).toBe(false);
    const aside = readdirSync(standby).filter((name) => name.includes('.undone-'));
    expect(new Set(aside.map((name) => name.split('.')[0]))).toEqual(new Set(['pg', 'uploads']));
  });

  it('is told as what it is', async () => {
    const { out } = await muster.run('status', 'shop');
    expect(out).toMatch(/^ {2}orders-db +ROLLED BACK$/m);
    expect(out).toContain('ada: the run was rolled back (the primary is back)');
    expect(out).toContain('the primary is back');
  });
});
