import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { musterCache } from '../../local/home.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import { destroyPrimary } from '../../runbooks/shop/estate/disaster.ts';
import { type Estate, places, siteOf } from '../../runbooks/shop/estate/layout.ts';
import { confirmedOrders, reckon } from '../../runbooks/shop/estate/ledger.ts';
import { prepareEstate } from '../../runbooks/shop/estate/prepare.ts';
import { approvers, starter } from '../../runbooks/shop/estate/people.ts';
import { removeEstate, stopCustomers } from '../../runbooks/shop/estate/stop.ts';
import { compareUploads } from '../../runbooks/shop/estate/uploads.ts';
import { built } from '../support/built.ts';
import { chances } from '../support/chances.ts';
import { Muster } from './muster.ts';
import { recordOf } from './record-of.ts';

/** By hand: `ROUNDS=50 SEED=7 npm test -- test/demo/kill.test.ts`. Each round kills three times. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['ROUNDS'] ?? 5);
const perRound = 180_000;

/** In whose name, by whose key. */
const as = (estate: Estate, person: string) => ['--as', person, '--key', places(estate).key(person)];

type Victim = 'worker' | 'temporal-server' | 'command line';

class Round {
  readonly kills: string[] = [];
  private readonly began = Date.now();
  private readonly muster: Muster;
  private readonly estate: Estate;
  private readonly early: NodeJS.ProcessEnv;
  private readonly logFile: string;
  private readonly log: number;

  constructor(muster: Muster, estate: Estate, early: boolean) {
    this.muster = muster;
    this.estate = estate;
    this.logFile = join(estate.directory, 'terminals.log');
    this.log = openSync(this.logFile, 'a');
    this.early = early ? { MUSTER_CONTINUE_AFTER: '50' } : {};
  }

  /** Starts the recovery in a terminal of its own, which is then left alone or killed. */
  recover(): number {
    const [command = '', ...rest] = this.muster.argv(
      ...['recover', places(this.estate).runbook, '--confirm', 'shop', '--reason', 'killed at random'],
      ...['--param', 'incident=INC-1', '--from', 'primary', '--to', 'standby'],
      ...['--roster', places(this.estate).roster, ...as(this.estate, starter)],
    );
    const env = { ...this.muster.environment, ...this.early };
    const child = spawn(command, rest, { env, stdio: ['ignore', this.log, this.log], detached: true });
    child.unref();
    return child.pid!;
  }

  /** Before it has begun there is nothing to go on with. */
  async begun(): Promise<void> {
    // In the whole of it: a command line that was slow tells all that has happened at once.
    for (let waited = 0; !/run +begun/.test(readFileSync(this.logFile, 'utf8')); waited += 50) {
      if (waited > 60_000) throw new Error(`it did not begin: ${this.said.join('\n')}`);
      await sleep(50);
    }
  }

  /** What stood on the terminals last. */
  get said(): string[] {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-40);
  }

  kill(victim: Victim, terminal: number): void {
    const directory = join(this.muster.home, 'local');
    const pid = victim === 'command line' ? terminal : guardedIdentity({ directory, name: victim })?.pid;
    this.kills.push(
      `${victim} after ${Date.now() - this.began} ms${pid === undefined ? ' (was not there)' : ''}`,
    );
    if (pid === undefined) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Both say yes at the gate as soon as it is open, one after the other, however often it has to be said. */
  async approve(over: AbortSignal): Promise<void> {
    for (const person of approvers) {
      const argv = ['approve', 'go-live', 'shop', '--reason', 'looks right', ...as(this.estate, person)];
      while (!over.aborted) {
        const { code, out } = await this.muster.run(...argv);
        // A vote whose answer was lost in a kill may have counted all the same.
        if (code === 0 || out.includes('has voted for this already')) break;
        await sleep(500);
      }
    }
  }

  async watch(): Promise<number | null> {
    const [command = '', ...rest] = this.muster.argv('watch', 'shop', '--no-input');
    const child = spawn(command, rest, {
      env: this.muster.environment,
      stdio: ['ignore', this.log, this.log],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }
}

describe(`the demo's recovery under kill -9 (seed ${seed}, ${rounds} rounds)`, () => {
  const muster = new Muster();
  const chance = chances(seed);
  afterAll(() => muster.remove(), 60_000);

  it.each(Array.from({ length: rounds }, (_, n) => n + 1))(
    'finishes right and starts no restore twice, round %d',
    async (n) => {
      await built('faces/cli/main.js');
      const directory = join(muster.home, `shop-${n}`);
      const estate = await prepareEstate({
        directory,
        cache: musterCache(),
        orders: 1_200,
        uploads: 60,
        tell: () => {},
      });
      const over = new AbortController();
      try {
        destroyPrimary(estate);
        const round = new Round(muster, estate, n === rounds);
        const terminal = round.recover();
        await round.begun();
        const victims: Victim[] = ['worker', 'temporal-server', 'command line'];
        const approved = round.approve(over.signal);
        while (victims.length > 0) {
          await sleep(chance() * 4_000);
          round.kill(victims.splice(Math.floor(chance() * victims.length), 1)[0]!, terminal);
        }
        process.stderr.write(`round ${n}: ${round.kills.join(', ')}\n`);
        const code = await Promise.race([round.watch(), sleep(100_000, 'still at it', { ref: false })]);
        over.abort();
        await approved;
        expect({ code, of: code === 0 ? [] : [...round.kills, ...round.said.slice(-12)] }).toEqual({
          code: 0,
          of: [],
        });
        await judge(muster.home, estate, n === rounds ? 1 : 0);
      } finally {
        over.abort();
        // A round that failed must not be what the next one finds.
        await muster.run('cancel', 'shop', '--kill', '--reason', 'the round is over', ...as(estate, starter));
        await removeEstate(estate);
      }
    },
    perRound,
  );
});

async function judge(home: string, estate: Estate, continued: number): Promise<void> {
  const events = recordOf(home);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const tried = events.flatMap((event) => (event.type === 'tried' ? [event.try] : []));
  expect(tried.filter((id) => id.includes('/recover/')).sort()).toEqual([
    'api/1/recover/start#1',
    'orders-db/1/recover/restore#1',
    'traffic/1/recover/switch#1',
    'uploads/1/recover/restore#1',
  ]);
  expect(new Set(tried).size).toBe(tried.length);
  expect(events.filter(({ type }) => type === 'continued').length).toBeGreaterThanOrEqual(continued);
  // What was built beside is swapped in or gone: a second restore would have left its own.
  const left = readdirSync(siteOf(estate, 'standby').data);
  expect(left.filter((name) => /^(pg|uploads)/.test(name)).sort()).toEqual(['pg', 'uploads']);
  await confirmedOrders(estate, 20, ({ site }) => site === 'standby');
  await stopCustomers(estate);
  const { of } = await reckon(estate, 'standby');
  expect(of.standby.lost).toBe(0);
  expect(of.primary.lostMs).toBeLessThan(60_000);
  expect(await compareUploads(estate, 'standby')).toEqual({ backedUp: 60, there: 60 });
}
