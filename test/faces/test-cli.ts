import colors from 'picocolors';
import type { CourierState } from '../../contract/courier.ts';
import type { Answer, Proposal, Runs, RunSummary, StartRequest, Verdict } from '../../client/runs.ts';
import type { PointsRequest } from '../../client/points.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Event } from '../../core/event.ts';
import type { Listed } from '../../core/points/choose.ts';
import { restoresOf } from '../../core/points/restores.ts';
import type { Roster } from '../../core/roster.ts';
import type { RunView } from '../../core/view.ts';
import type { Cli, RunsThere } from '../../faces/cli/cli.ts';
import { runCli } from '../../faces/cli/run-cli.ts';
import type { Key } from '../../faces/cli/terminal.ts';
import { now } from './views.ts';

/** Runs in memory: they answer with the views given, and keep what they were told. */
export class MemoryRuns implements Runs {
  readonly started: StartRequest[] = [];
  readonly decisions: (Answer | Proposal)[] = [];
  verdict: Verdict = { verdict: 'counted' };
  events_: Event[] = [];
  /** What each look gives, one after the other; the last one stays. A failure is thrown. */
  #looks: (RunView | ClientFailure)[];

  constructor(...looks: (RunView | ClientFailure)[]) {
    this.#looks = looks;
  }

  async view(): Promise<RunView> {
    const [look] = this.#looks;
    if (this.#looks.length > 1) this.#looks = this.#looks.slice(1);
    if (look instanceof ClientFailure) throw look;
    if (!look) throw new ClientFailure('not-found', 'there is no such run');
    return Promise.resolve(look);
  }

  async start(request: StartRequest) {
    this.started.push(request);
    return Promise.resolve({ run: 'shop-1', workflowId: 'recover/shop', already: false });
  }

  /** What is found of recovery points; undefined: for each restore one of a moment ago. */
  points_: readonly Listed[] | undefined;

  async points({ plan }: PointsRequest): Promise<readonly Listed[]> {
    const fresh = { id: 'newest', time: plan.compiledAt - 1, kind: 'full', copy: '/backup' };
    return Promise.resolve(this.points_ ?? restoresOf(plan).map(({ path }) => ({ path, points: [fresh] })));
  }

  roster_: Roster | undefined;
  notices_: CourierState = { waiting: [], dead: [], delivered: [], forgotten: 0 };

  async roster() {
    return Promise.resolve(this.roster_);
  }

  async events(_id: string, after: number, limit: number) {
    return Promise.resolve(this.events_.filter(({ seq }) => seq > after).slice(0, limit));
  }

  async progress() {
    return Promise.resolve({});
  }

  async claims() {
    return Promise.resolve([]);
  }

  async notices() {
    return Promise.resolve(this.notices_);
  }

  async health() {
    return Promise.resolve({ troubles: [] });
  }
  async deliverAgain(ids: readonly string[]) {
    return Promise.resolve(ids.length);
  }

  async breakClaims() {
    return Promise.resolve(0);
  }

  async decide(_id: string, decision: Answer | Proposal) {
    this.decisions.push(decision);
    return Promise.resolve(this.verdict);
  }

  async list(_options: {
    readonly limit: number;
    readonly openOnly: boolean;
  }): Promise<readonly RunSummary[]> {
    const views = this.#looks.filter((look): look is RunView => !(look instanceof ClientFailure));
    return Promise.resolve(
      views.slice(0, 1).map((view) => ({
        run: view.run,
        workflowId: `recover/${view.runbook.name}`,
        runbook: view.runbook.name,
        mode: view.mode,
        open: true,
        status: view.status,
        startedAt: view.moments.start,
      })),
    );
  }

  async summary(id: string): Promise<RunSummary> {
    const found = (await this.list({ limit: 200, openOnly: false })).find(({ run }) => run === id);
    if (!found) throw new ClientFailure('not-found', `there is no run "${id}"`);
    return found;
  }

  async close() {
    return Promise.resolve();
  }
}

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Person {
  /** Sits at a terminal and types these lines when asked. */
  readonly lines?: readonly string[];
  /** The live view is drawn in place, and these keys are pressed, one after each drawing. */
  readonly keys?: readonly Key[];
  readonly columns?: number;
  /** What a new connection to the service fails with. */
  readonly reconnect?: Error;
  /** What of the service is there without one being started; absent: the runs given. */
  readonly there?: (runs: Runs) => RunsThere | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Types a command line at a terminal of 80 columns, or into a pipe when nobody is there. */
export async function type(
  argv: readonly string[],
  runs: Runs = new MemoryRuns(),
  person: Person = {},
): Promise<Typed> {
  let out = '';
  let err = '';
  const lines = [...(person.lines ?? [])];
  const keys = [...(person.keys ?? [])];
  let listen: (key: Key) => void = () => undefined;
  const code = await runCli(argv, (options): Cli => ({
    terminal: {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      size: () => ({ columns: person.columns ?? 80, rows: 24 }),
      redraws: person.keys !== undefined,
      asks: options.input && (person.lines !== undefined || person.keys !== undefined),
      colored: false,
      question: async (text) => {
        err += text;
        return Promise.resolve(lines.shift());
      },
      onKey: (heard) => {
        listen = heard;
        return () => void (listen = () => undefined);
      },
      onInterrupt: () => () => undefined,
    },
    settings: { output: options.output, debug: options.debug ?? false },
    paint: colors.createColors(false),
    env: person.env ?? {},
    person: 'bob',
    zone: 'UTC',
    now: () => now,
    sleep: async (_duration, signal) => {
      // Whoever waits for something else than the next look waits for as long as that takes.
      await new Promise(setImmediate);
      if (signal?.aborted) return;
      const key = keys.shift();
      if (key) listen(key);
    },
    runs: async () => Promise.resolve(runs),
    runsThere: async () => Promise.resolve(person.there === undefined ? { runs } : person.there(runs)),
    reconnect: async () => (person.reconnect ? Promise.reject(person.reconnect) : Promise.resolve(runs)),
  }));
  return { code, out, err };
}
