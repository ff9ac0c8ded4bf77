import { join } from 'node:path';
import { tryVariable } from '../../actions/detach.ts';
import { bears } from '../../actions/processes.ts';
import { livingOf } from '../../host/living.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import type { Kill, LedgerLine, StepVictim } from './judge.ts';

/** How often each is chosen, of ten times. */
const victims: readonly Kill['victim'][] = [
  ...(['worker', 'worker', 'temporal-server', 'supervisor', 'supervisor'] as const),
  ...(['supervisor', 'command', 'command', 'try', 'try'] as const),
];

/** Kills at random what belongs to one state directory, and notes what it hit. */
export class Killer {
  readonly kills: Kill[] = [];
  readonly #home: string;
  readonly #chance: () => number;

  constructor(home: string, chance: () => number) {
    this.#home = home;
    this.#chance = chance;
  }

  /**
   * Kills one of those that are there. @param ledger of the run, to know which commands are at work.
   * @returns what was hit; undefined where there was nothing to hit.
   */
  async kill(run: string, ledger: readonly LedgerLine[]): Promise<Kill | undefined> {
    const victim = this.#of(victims)!;
    const hit =
      victim === 'worker' || victim === 'temporal-server'
        ? this.#killService(victim)
        : await this.#killOfStep(victim, run, ledger);
    if (hit) this.kills.push(hit);
    return hit;
  }

  #killService(victim: 'worker' | 'temporal-server'): Kill | undefined {
    const there = guardedIdentity({ directory: join(this.#home, 'local'), name: victim });
    return there && kill(there.pid) ? { victim } : undefined;
  }

  async #killOfStep(
    victim: StepVictim,
    run: string,
    ledger: readonly LedgerLine[],
  ): Promise<Kill | undefined> {
    const over = new Set(ledger.flatMap((line) => (line.what === 'end' ? [line.try] : [])));
    const atWork = ledger.filter((line) => {
      if (line.what !== 'begin' || over.has(line.try)) return false;
      return bears(line.pid, `${tryVariable}=${stepDirectory(this.#home, { run, try: line.try })}`);
    });
    const line = this.#of(atWork);
    if (!line) return undefined;
    const directory = stepDirectory(this.#home, { run, try: line.try });
    const supervisor = await readStarted(directory);
    const pids = {
      command: () => [line.pid],
      supervisor: () => (supervisor ? [supervisor.pid] : []),
      // The supervisor first, or it would write down how the others ended; children have higher pids.
      try: () =>
        livingOf(directory, supervisor)
          .map(({ pid }) => pid)
          .sort((a, b) => a - b),
    }[victim]();
    return pids.map(kill).some(Boolean) ? { victim, try: line.try } : undefined;
  }

  #of<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.#chance() * all.length)];
  }
}

/** @returns whether there was such a process. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
