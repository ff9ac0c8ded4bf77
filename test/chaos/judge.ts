import type { Event } from '../../core/event.ts';
import { type ChaosStep, pieces } from './graph.ts';

/** What a command wrote into its ledger. */
export interface LedgerLine {
  readonly what: 'begin' | 'piece' | 'end';
  readonly path: string;
  readonly try: string;
  readonly pid: number;
}

/** Of a step: its command alone, its supervisor alone, or all processes of the try at once. */
export type StepVictim = 'command' | 'supervisor' | 'try';

export interface Kill {
  readonly victim: StepVictim | 'worker' | 'temporal-server';
  /** The try that was hit, where it was one. */
  readonly try?: string;
}

export interface Evidence {
  readonly steps: readonly ChaosStep[];
  readonly ledger: readonly LedgerLine[];
  /** The record of the run. */
  readonly events: readonly Event[];
  readonly kills: readonly Kill[];
}

/** The lines of a ledger; a line that a killed command could not finish is none. */
export const readLedger = (text: string): LedgerLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what, path = '', name = '', pid] = line.split(' ');
      return { what: what as LedgerLine['what'], path, try: decodeURIComponent(name), pid: Number(pid) };
    });

/** Compares what the commands wrote themselves with what Muster says; empty where every promise was kept. */
export function judge(evidence: Evidence): string[] {
  return [...evidence.steps.flatMap((step) => judgeStep(step, evidence)), ...judgeTries(evidence)];
}

/** Order, tries that overlap, and commands that ran though they must not. */
function judgeStep({ path, rerun, after }: ChaosStep, { ledger, events }: Evidence): string[] {
  const lines = ledger.flatMap((line, at) => (line.path === path ? [{ ...line, at }] : []));
  const begins = lines.filter(({ what }) => what === 'begin');
  const ends = lines.filter(({ what }) => what === 'end');
  const said: string[] = [];
  if (ends.length === 0) said.push(`${path} never came to its end, and the run did`);
  if (rerun === 'once' && ends.length > 1) said.push(`${path} was done ${ends.length} times and may be once`);
  for (const [index, begin] of begins.entries()) {
    const of = (line: LedgerLine) => line.try === begin.try;
    if (begins.findIndex(of) !== index) said.push(`the command of ${begin.try} was started twice`);
    if (lines.some((line) => of(line) && begins[index + 1] && line.at > begins[index + 1]!.at))
      said.push(`${begin.try} was still at work when the next try began`);
    for (const before of after) {
      if (!ledger.slice(0, begin.at).some((line) => line.path === before && line.what === 'end'))
        said.push(`${begin.try} began before ${before} had ended`);
    }
    if (rerun === 'once' && index > 0 && !wasDecided(events, path, begins[index - 1]!.try, begin.try))
      said.push(`${begin.try} was started anew, and nobody had decided that`);
  }
  const found = lines.filter(({ what }) => what === 'piece').length;
  if (rerun === 'resumable' && found !== pieces) said.push(`${path} did ${found} pieces of ${pieces}`);
  return said;
}

/** Whether people chose to try it again between the end of one try and the start of the next. */
function wasDecided(events: readonly Event[], path: string, one: string, next: string): boolean {
  const from = events.findIndex((event) => event.type === 'ended' && event.try === one);
  const to = events.findIndex((event) => event.type === 'tried' && event.try === next);
  return events.some(
    (event, at) =>
      at > from &&
      at < to &&
      event.type === 'changed' &&
      event.change.on === 'step' &&
      event.change.set === 'retry' &&
      event.change.path === path &&
      event.by !== 'muster',
  );
}

/** What the record says of each try, against what the ledger says and what was killed of it. */
function judgeTries({ ledger, events, kills }: Evidence): string[] {
  const tried = events.flatMap((event) => (event.type === 'tried' && event.as === 'do' ? [event.try] : []));
  const known = new Set(tried);
  const strangers = ledger.filter((line) => !known.has(line.try)).map((line) => line.try);
  return [
    ...[...new Set(strangers)].map((id) => `${id} ran, and the record does not know it`),
    ...tried.flatMap((id) => {
      const done = ledger.some((line) => line.try === id && line.what === 'end');
      const began = ledger.some((line) => line.try === id);
      const hits = kills.flatMap((kill) => (kill.try === id ? [kill.victim] : []));
      const allowed = allowedOutcomes({ done, began, hits });
      const outcomes = events.flatMap((event) =>
        event.type === 'ended' && event.try === id ? [event.outcome] : [],
      );
      if (outcomes.length !== 1) return [`${id} ended ${outcomes.length} times in the record`];
      if (allowed.includes(outcomes[0]!)) return [];
      const of = `killed: ${hits.join(', ') || 'nothing'}; its command ${done ? 'ended' : 'did not end'}`;
      return [`${id} is ${outcomes[0]} in the record and must be ${allowed.join(' or ')} (${of})`];
    }),
  ];
}

/** What a try may be called, by what was killed of it and how far its command came. */
function allowedOutcomes(of: { done: boolean; began: boolean; hits: readonly Kill['victim'][] }): string[] {
  const { done, began, hits } = of;
  const only = (victim: StepVictim) => hits.every((hit) => hit === victim);
  if (hits.length === 0 || only('supervisor')) return began && done ? ['passed'] : [];
  if (done) return ['passed', 'failed', 'unknown'];
  if (only('command')) return ['failed'];
  if (only('try')) return ['unknown'];
  return ['failed', 'unknown'];
}
