import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connectRuns } from '../../client/connect.ts';
import type { Event } from '../../core/event.ts';
import { readState } from '../../local/local-state.ts';
import { Muster } from '../demo/muster.ts';
import { recordOf } from '../demo/record-of.ts';
import { built } from '../support/built.ts';
import { chances } from '../support/chances.ts';
import { commandText, makeGraph } from './graph.ts';
import { judge, type LedgerLine, readLedger } from './judge.ts';
import { Killer } from './killer.ts';
import { People } from './people.ts';

/** By hand: `npm run chaos -- --kills 2000 --seed 7`. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const wanted = Number(process.env['KILLS'] ?? 60);
const longestRun = 600_000;

describe(`runs under kill -9 (seed ${seed}, ${wanted} kills)`, () => {
  const muster = new Muster();
  const chance = chances(seed);
  const killer = new Killer(muster.home, chance);
  const count = { runs: 0, tries: 0, unknown: 0, answers: 0, continued: 0 };
  afterAll(() => muster.remove(), 60_000);

  it(
    'start nothing twice, call nothing done that is not, lose no outcome unseen, keep the order',
    async () => {
      await built('faces/cli/main.js');
      while (killer.kills.length < wanted) await oneRun();
      const hits = [...new Set(killer.kills.map(({ victim }) => victim))].sort();
      const each = hits.map((hit) => `${hit} ${killer.kills.filter(({ victim }) => victim === hit).length}`);
      process.stderr.write(
        `${wanted} kills (${each.join(', ')}), ${JSON.stringify(count)}: ${bound(wanted)}\n`,
      );
      expect(hits).toEqual(['command', 'supervisor', 'temporal-server', 'try', 'worker']);
      expect(count.continued).toBeGreaterThan(0);
    },
    wanted * 15_000 + longestRun,
  );

  async function oneRun(): Promise<void> {
    count.runs += 1;
    const place = join(muster.home, `chaos-${count.runs}`);
    const at = { script: join(place, 'step.sh'), ledger: join(place, 'ledger') };
    mkdirSync(place);
    writeFileSync(at.script, commandText);
    chmodSync(at.script, 0o755);
    const graph = makeGraph(chance, at);
    writeFileSync(join(place, 'runbook.yaml'), graph.runbook);
    const ledger = () => readLedger(existsSync(at.ledger) ? readFileSync(at.ledger, 'utf8') : '');
    const firstKill = killer.kills.length;

    const run = await started(join(place, 'runbook.yaml'));
    const { address } = readState(join(muster.home, 'local')) ?? {};
    const runs = await connectRuns({ connectionOptions: { address: address! }, namespace: 'default' });
    const people = new People(runs);
    try {
      const over = new AbortController();
      const killing = keepKilling(run, ledger, over.signal);
      await untilRecovered(people, run, ledger).finally(() => over.abort());
      await killing;
    } finally {
      await runs.close();
    }
    const events = await wholeRecord(run);
    const kills = killer.kills.slice(firstKill);
    const tries = events.filter((event) => event.type === 'tried').length;
    count.tries += tries;
    count.unknown += events.filter((event) => event.type === 'ended' && event.outcome === 'unknown').length;
    count.continued += events.filter(({ type }) => type === 'continued').length;
    count.answers += people.answered;
    process.stderr.write(`${run}: ${kills.length} kills, ${tries} tries, ${people.answered} answers\n`);
    const said = judge({ steps: graph.steps, ledger: ledger(), events, kills });
    expect({ said, of: said.length > 0 ? place : '' }).toEqual({ said: [], of: '' });
  }

  async function started(runbook: string): Promise<string> {
    const sites = ['--from', 'here', '--to', 'there', '--confirm', 'chaos', '--detach'];
    const { code, out, err } = await muster.runWith(
      { MUSTER_CONTINUE_AFTER: '150' },
      ...['recover', runbook, ...sites, '--as', 'cora', '--reason', 'killed at random'],
    );
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    return out.trim();
  }

  /** A service that was killed needs a moment before killing it again says anything. */
  async function keepKilling(run: string, ledger: () => LedgerLine[], over: AbortSignal) {
    while (!over.aborted && killer.kills.length < wanted) {
      await sleep(200 + chance() * 800);
      if (over.aborted) return;
      const hit = await killer.kill(run, ledger());
      if (hit && hit.try === undefined) await sleep(1_000 + chance() * 5_000, undefined, { ref: false });
    }
  }

  async function untilRecovered(people: People, run: string, ledger: () => LedgerLine[]) {
    let last = '';
    for (const end = Date.now() + longestRun; Date.now() < end; await sleep(300)) {
      const view = await people.look(run);
      if (!view) continue;
      if (view.status === 'recovered') return;
      last = JSON.stringify({
        status: view.status,
        asks: view.asks.map(({ about }) => about),
        nodes: view.nodes.map(({ id, status }) => [id, status]),
      });
      await people.answer(view, ledger());
    }
    throw new Error(`${run} is not over: ${last}`);
  }

  /** The record is written behind the run. */
  async function wholeRecord(run: string): Promise<readonly Event[]> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
      const events = recordOf(muster.home);
      if (events.some((event) => event.type === 'became' && event.of === 'run')) return events;
    }
    throw new Error(`the record of ${run} has no end`);
  }
});

/** Clopper and Pearson's upper bound for 0 of n (Biometrika 26, 1934): 1 − 0.05^(1/n), at 95 %. */
const bound = (n: number): string =>
  `0 violations, fewer than ${((1 - 0.05 ** (1 / n)) * 100).toPrecision(3)} % (95 %)`;
