import { join } from 'node:path';
import type { Runs, Started } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Roster } from '../../core/roster.ts';
import type { Milliseconds } from '../../core/units.ts';
import { Journal, readJournal } from '../../record/journal.ts';
import { Desk, leftOrders } from '../chatops/desk.ts';
import { Background } from '../http/background.ts';
import { Refusals } from '../http/refusals.ts';
import { serve } from '../http/serve.ts';
import type { Config } from './config.ts';
import { Decisions } from './decisions.ts';
import { Entrance } from './entrance.ts';
import { Ledger } from './ledger.ts';
import { memories, newMemory } from './occurrences.ts';
import { Repeats } from './repeats.ts';
import { type MakeProposal, Trigger } from './trigger.ts';

export interface HooksOptions {
  readonly config: Config;
  readonly roster: Roster;
  /** Where the journal lies. Nobody else may use it meanwhile. */
  readonly directory: string;
  /** The file of the alarms that nothing was proposed of, for who tells people. */
  readonly unproposed: string;
  /** The runs of the service; asked for at each use, for a connection may be replaced. */
  readonly runs: () => Runs;
  /** Vouches for who decides. */
  readonly sign: Sign;
  readonly make: MakeProposal;
  readonly onProblem: (problem: unknown) => void;
  readonly onStarted: (trigger: string, started: Started) => void;
  /** How long a sender is kept waiting for what a run says. */
  readonly answerWithin?: Milliseconds;
}

export interface Hooks {
  readonly port: number;
  /** Ends it; what was begun is finished first. */
  close(): Promise<void>;
}

/** Takes decisions and alarms from other systems, until it is closed. @throws ConfigFailure where a trigger could not propose. */
export async function startHooks(options: HooksOptions): Promise<Hooks> {
  const { config, roster, directory, runs, sign, make, onProblem, onStarted, unproposed } = options;
  const file = join(directory, 'journal.jsonl');
  const journal = await Journal.open(file);
  const background = new Background(onProblem);
  const refusals = new Refusals(journal, background);
  try {
    const known = await memories(readJournal(file));
    const repeats = new Repeats((entry) => refusals.note(entry));
    const common = { make, runs, sign, journal, onStarted, onProblem, repeats, unproposed };
    const triggers = new Map(
      Object.entries(config.triggers).map(([name, one]) => [
        name,
        new Trigger({ ...common, name, config: one, memory: known.get(name) ?? newMemory() }),
      ]),
    );
    for (const trigger of triggers.values()) await trigger.check();
    const decisions = new Decisions({
      ...{ roster, background, onProblem, answerWithin: options.answerWithin ?? 10_000 },
      desk: new Desk({ journal, runs, sign, onChange: () => undefined }),
      ledger: await Ledger.read(readJournal(file)),
      refuse: (why, body) => refusals.refuse(why, body),
    });
    const left = await leftOrders(readJournal(file));
    const refuse = refusals.refuse.bind(refusals);
    const entrance = new Entrance({ config, decisions, triggers, runs, refuse, onProblem });
    const { host, port } = config;
    const server = await serve({ host, port, onProblem, answer: (...both) => entrance.answer(...both) });
    for (const order of left) background.do(async () => void (await decisions.sent(order)));
    const close = async () => {
      await server.close();
      repeats.flush();
      await background.settled();
      await journal.close();
    };
    return { port: server.port, close };
  } catch (failure) {
    await journal.close();
    throw failure;
  }
}
