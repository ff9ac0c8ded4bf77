import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import type { AskView, RunView } from '../../core/view.ts';
import type { LedgerLine } from './judge.ts';

/** Two people who answer every question truthfully, after a look at the ledger. */
export class People {
  readonly #runs: Runs;
  answered = 0;

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** How the run stands; undefined while nobody answers. */
  async look(run: string): Promise<RunView | undefined> {
    return away(() => this.#runs.view(run));
  }

  async answer({ run, asks }: RunView, ledger: readonly LedgerLine[]): Promise<void> {
    await Promise.all(asks.map((ask) => this.#answerOne(run, ask, ledger)));
  }

  async #answerOne(run: string, ask: AskView, ledger: readonly LedgerLine[]): Promise<void> {
    const { about, rests } = ask;
    const done = ledger.some((line) => line.path === about.path && line.what === 'end');
    const choice = about.question === 'slow' ? 'wait' : done ? 'done' : 'retry';
    for (const by of ['ann', 'bob']) {
      if (ask.votes.some((vote) => vote.by === by)) continue;
      const answer = { by, channel: 'cli', reason: 'looked at the ledger', ask: ask.try, choice } as const;
      const said = await away(() => this.#runs.decide(run, { ...answer, answers: {}, rests }));
      if (said?.verdict === 'counted') this.answered += 1;
    }
  }
}

/** What is asked while the worker or the server was killed is asked again. */
async function away<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClientFailure && (error.code === 'unreachable' || error.code === 'no-worker'))
      return undefined;
    throw error;
  }
}
