import { ClientFailure } from '../../client/failure.ts';
import type { Runs, Started, StartRequest } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import { printable, shorten } from '../../core/printable.ts';
import { triggerPrefix } from '../../core/vouch.ts';
import type { Journal } from '../../record/journal.ts';
import { ConfigFailure } from '../chatops/parse-config.ts';
import type { Alarm } from './alarm.ts';
import type { TriggerConfig } from './config.ts';
import { type Memory, occurrenceOf, remember, written } from './occurrences.ts';
import type { Repeats } from './repeats.ts';
import { reply, type Reply } from './reply.ts';
import { openLiveRun, wasEndedByPeople } from './runs-of-alarms.ts';
import { unfitForAlarms } from './unfit.ts';
import { addUnproposed, dropUnproposed } from './unproposed.ts';

/** A plan with the people who decide in it. */
export type Proposal = Pick<StartRequest, 'plan' | 'roster' | 'rosterSignature'>;

/** Makes the plan that a trigger proposes, of its runbook as it is now. @throws where there is a mistake in it. */
export type MakeProposal = (
  trigger: TriggerConfig,
  parameters: Readonly<Record<string, string>>,
) => Promise<Proposal>;

export interface TriggerOptions {
  readonly name: string;
  readonly config: TriggerConfig;
  readonly make: MakeProposal;
  readonly runs: () => Runs;
  /** With the edge's key: it vouches that this trigger started a run. */
  readonly sign: Sign;
  readonly journal: Journal;
  readonly onStarted: (trigger: string, started: Started) => void;
  readonly onProblem: (problem: unknown) => void;
  /** What it did before. */
  readonly memory: Memory;
  /** The file of the alarms that nothing was proposed of. */
  readonly unproposed: string;
  /** Journals what leads to nothing new. */
  readonly repeats: Repeats;
}

/**
 * Turns an alarm into a run that waits for people to declare it. One at a time, and after a start nothing more for the quiet time,
 * which only a start begins. What fires on after people have ended its run they know of: it is asked about again when it was
 * resolved and came back, or after a day.
 */
export class Trigger {
  private readonly options: TriggerOptions;
  private starting: Promise<Reply> | undefined;
  /** The name of its runbook. */
  private runbook = '';

  constructor(options: TriggerOptions) {
    this.options = options;
  }

  /** @throws ConfigFailure where an alarm must not, or could not, start what is configured. */
  async check(): Promise<void> {
    const { name, config } = this.options;
    const { plan } = await this.proposal({});
    this.runbook = plan.runbook.name;
    const unfit = unfitForAlarms(plan);
    if (unfit !== undefined)
      throw new ConfigFailure(`triggers.${name}: ${config.runbook} cannot be proposed: ${unfit}.`);
  }

  async take(alarms: readonly Alarm[]): Promise<Reply> {
    const { config, memory } = this.options;
    const wanted = Object.entries(config.match);
    const fitting = alarms.filter(({ labels }) => wanted.every(([label, value]) => labels[label] === value));
    const firing = fitting.filter((alarm) => alarm.firing).toSorted(byAge);
    memory.occurrences.forget(fitting.filter((alarm) => !alarm.firing).map(occurrenceOf));
    if (firing.length === 0) return this.noted(fitting.length > 0 ? 'resolved' : 'ignored', fitting);
    if (memory.last && Date.now() < memory.last.at + config.quiet)
      return this.noted('quiet', firing, memory.last.run);
    if (this.starting) {
      const answer = await this.starting;
      const { run } = answer.body as { run?: string };
      return run === undefined ? answer : this.noted('joined', firing, run);
    }
    this.starting = this.open(firing).finally(() => (this.starting = undefined));
    return this.starting;
  }

  private noted(did: Noted, alarms: readonly Alarm[], run?: string): Reply {
    const { name, repeats, memory } = this.options;
    const of = run === undefined ? {} : { run };
    if (did === 'joined' && run !== undefined) remember(memory, run, alarms);
    const entry = { type: 'alarm-noted', trigger: name, did, ...of, ...written(alarms) };
    repeats.take([name, did, run ?? '', did === 'resolved' ? entry.occurrences : ''].join(' '), entry);
    return reply(200, { did, ...of });
  }

  /** Joins the run that is open, leaves alone what people know already, or proposes. */
  private async open(firing: readonly Alarm[]): Promise<Reply> {
    const { memory, name, runs, unproposed } = this.options;
    // Where it cannot be seen, the start says why.
    const open = await openLiveRun(runs(), this.runbook).catch(() => undefined);
    if (open !== undefined) {
      dropUnproposed(unproposed, name);
      return this.noted('joined', firing, open);
    }
    const fresh = firing.find((alarm) => !memory.occurrences.has(occurrenceOf(alarm)));
    const { run } = memory;
    if (!fresh && run !== undefined && (await wasEndedByPeople(runs(), run)))
      return this.noted('known', firing, run);
    return this.start(fresh ?? firing[0]!, firing);
  }

  private async start(alarm: Alarm, firing: readonly Alarm[]): Promise<Reply> {
    const { name, runs, sign, journal, memory, onStarted, unproposed } = this.options;
    const says = shorten(JSON.stringify(alarm), 4_000);
    await journal.append({ type: 'alarm', at: Date.now(), trigger: name, says });
    const not = (status: number, failure: unknown) => this.not(status, failure, alarm);
    const made = await this.proposal(alarm.labels).catch((failure: unknown) => ({ failure }));
    if ('failure' in made) return not(422, made.failure);
    const unfit = unfitForAlarms(made.plan);
    if (unfit !== undefined) return not(422, `${made.plan.runbook.name} cannot be proposed: ${unfit}.`);
    try {
      const started = await runs().start({ ...made, ...beginning(name, alarm) }, sign);
      const { run, already } = started;
      const [at, { occurrences }] = [Date.now(), written(firing)];
      remember(memory, run, firing);
      if (!already) memory.last = { at, run };
      await journal.append({ type: 'proposed', at, trigger: name, run, already, occurrences });
      dropUnproposed(unproposed, name);
      if (!already) onStarted(name, started);
      return reply(200, { did: already ? 'joined' : 'started', run });
    } catch (error) {
      if (!(error instanceof ClientFailure)) throw error;
      const later = error.code === 'unreachable' || error.code === 'no-worker';
      return not(later ? 503 : 422, error);
    }
  }

  /** Nothing is proposed: whoever sent the alarm is told, and so are people. */
  private async not(status: number, failure: unknown, { words = 'an alarm without words' }: Alarm) {
    const { name, config, journal, unproposed, onProblem } = this.options;
    const why = printable(failure instanceof Error ? failure.message : String(failure));
    const [alarm, { runbook }] = [shorten(printable(words), 500), config];
    onProblem(
      failure instanceof ClientFailure
        ? failure
        : new Error(`The alarm ${name} ("${alarm}") starts nothing: ${why}`),
    );
    await journal.append({ type: 'not-proposed', at: Date.now(), trigger: name, alarm, why });
    if (status === 422) addUnproposed(unproposed, { trigger: name, alarm, runbook, why });
    return reply(status, { did: 'not-proposed', error: why });
  }

  private proposal(labels: Alarm['labels']): Promise<Proposal> {
    const { config, make } = this.options;
    const given = Object.entries(config.parameters).flatMap(([parameter, from]) => {
      const text = typeof from === 'string' ? from : (labels[from.label] ?? from.default);
      return text === undefined ? [] : [[parameter, text]];
    });
    return make(config, Object.fromEntries(given) as Record<string, string>);
  }
}

type Noted = 'joined' | 'quiet' | 'known' | 'resolved' | 'ignored';

/** Whom a run names as its starter: nobody in a roster can have that name. */
const beginning = (name: string, { words, since }: Alarm) => ({
  by: `${triggerPrefix}${name}`,
  channel: 'webhook' as const,
  reason: shorten(printable(words ?? 'an alarm without words'), 500),
  ...(since !== undefined && { detection: since }),
});

const byAge = (a: Alarm, b: Alarm): number => (a.since ?? Infinity) - (b.since ?? Infinity);
