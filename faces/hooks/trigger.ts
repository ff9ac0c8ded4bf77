import { ClientFailure } from '../../client/failure.ts';
import type { Runs, Started, StartRequest } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import { printable, shorten } from '../../core/printable.ts';
import type { Instant } from '../../core/units.ts';
import { triggerPrefix } from '../../core/vouch.ts';
import type { Entry, Journal } from '../../record/journal.ts';
import { ConfigFailure } from '../chatops/config.ts';
import type { Alarm } from './alarm.ts';
import type { TriggerConfig } from './config.ts';
import { refusal, reply, type Reply } from './reply.ts';
import { unfitForAlarms } from './unfit.ts';

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
  /** Journals what leads to nothing, as far as there is room for it. */
  readonly note: (entry: Entry) => void;
  readonly onStarted: (trigger: string, started: Started) => void;
  readonly onProblem: (problem: unknown) => void;
  /** When it started something last. */
  readonly last: LastStart | undefined;
}

export interface LastStart {
  readonly at: Instant;
  readonly run: string;
}

/**
 * Turns an alarm into a run that waits for people to declare it. One at a time, and after a start nothing more for the
 * quiet time: whatever else comes then belongs to what is known already.
 */
export class Trigger {
  private readonly options: TriggerOptions;
  private last: LastStart | undefined;
  private starting: Promise<Reply> | undefined;

  constructor(options: TriggerOptions) {
    this.options = options;
    this.last = options.last;
  }

  /** @throws ConfigFailure where an alarm must not, or could not, start what is configured. */
  async check(): Promise<void> {
    const { name, config } = this.options;
    const unfit = unfitForAlarms((await this.proposal({})).plan);
    if (unfit !== undefined)
      throw new ConfigFailure(`triggers.${name}: ${config.runbook} cannot be proposed: ${unfit}.`);
  }

  async take(alarms: readonly Alarm[]): Promise<Reply> {
    const { config, name } = this.options;
    const wanted = Object.entries(config.match);
    const fitting = alarms.filter(({ labels }) => wanted.every(([label, value]) => labels[label] === value));
    const firing = fitting.filter((alarm) => alarm.firing).toSorted(byAge);
    const [oldest] = firing;
    if (!oldest) return this.noted(fitting.length > 0 ? 'resolved' : 'ignored', fitting);
    if (this.last && Date.now() < this.last.at + config.quiet)
      return this.noted('quiet', firing, this.last.run);
    if (this.starting) {
      this.options.note({ type: 'alarm-noted', trigger: name, did: 'joined', alarms: idsOf(firing) });
      return this.starting;
    }
    this.starting = this.start(oldest).finally(() => (this.starting = undefined));
    return this.starting;
  }

  private noted(did: 'resolved' | 'ignored' | 'quiet', alarms: readonly Alarm[], run?: string): Reply {
    const of = run === undefined ? {} : { run };
    this.options.note({
      type: 'alarm-noted',
      trigger: this.options.name,
      did,
      ...of,
      alarms: idsOf(alarms),
    });
    return reply(200, { did, ...of });
  }

  private async start(alarm: Alarm): Promise<Reply> {
    const { name, runs, sign, journal, onStarted, onProblem } = this.options;
    const says = shorten(JSON.stringify(alarm), 4_000);
    await journal.append({ type: 'alarm', at: Date.now(), trigger: name, says });
    const not = async (status: number, failure: unknown) => {
      const why = printable(failure instanceof Error ? failure.message : String(failure));
      onProblem(
        failure instanceof ClientFailure ? failure : new Error(`The alarm ${name} starts nothing: ${why}`),
      );
      await journal.append({ type: 'not-proposed', at: Date.now(), trigger: name, why });
      return refusal(status, why);
    };
    const made = await this.proposal(alarm.labels).catch((failure: unknown) => ({ failure }));
    if ('failure' in made) return not(422, made.failure);
    const unfit = unfitForAlarms(made.plan);
    if (unfit !== undefined) return not(422, `${made.plan.runbook.name} cannot be proposed: ${unfit}.`);
    try {
      const started = await runs().start({ ...made, ...beginning(name, alarm) }, sign);
      const { run, already } = started;
      this.last = { at: Date.now(), run };
      await journal.append({ type: 'proposed', at: this.last.at, trigger: name, run, already });
      if (!already) onStarted(name, started);
      return reply(200, { did: already ? 'joined' : 'started', run });
    } catch (error) {
      if (!(error instanceof ClientFailure)) throw error;
      const later = error.code === 'unreachable' || error.code === 'no-worker';
      return not(later ? 503 : 422, error);
    }
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

/** Whom a run names as its starter: nobody in a roster can have that name. */
const beginning = (name: string, { words, since }: Alarm) => ({
  by: `${triggerPrefix}${name}`,
  channel: 'webhook' as const,
  reason: shorten(printable(words ?? 'an alarm without words'), 500),
  ...(since !== undefined && { detection: since }),
});

const byAge = (a: Alarm, b: Alarm): number => (a.since ?? Infinity) - (b.since ?? Infinity);

const idsOf = (alarms: readonly Alarm[]): readonly string[] =>
  alarms.slice(0, 5).map(({ id }) => id.slice(0, 400));

/**
 * When each trigger started something last, by the journal. What a program died over does not count: better that
 * it is tried once more, where the run is found open, than that an alarm is lost.
 */
export async function lastStarts(entries: AsyncIterable<Entry>): Promise<ReadonlyMap<string, LastStart>> {
  const last = new Map<string, LastStart>();
  for await (const { type, trigger, at, run } of entries)
    if (type === 'proposed') last.set(String(trigger), { at: Number(at), run: String(run) });
  return last;
}
