import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Event } from '../../../core/event.ts';
import type { Plan, PlanNode } from '../../../core/plan.ts';
import { due } from '../../../core/run/due.ts';
import { isTerminal } from '../../../core/run/status.ts';
import { doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const runs = Number(process.env['RUNS'] ?? 400);

interface Shape {
  readonly edges: readonly { readonly need: number; readonly want: number; readonly after: number }[];
  readonly gates: readonly boolean[];
  readonly steps: readonly number[];
  readonly luck: readonly number[];
  readonly capacity: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  edges: fc.array(fc.record({ need: fc.nat(200), want: fc.nat(200), after: fc.nat(200) }), {
    minLength: 1,
    maxLength: 14,
  }),
  gates: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
  steps: fc.array(fc.nat(3), { minLength: 14, maxLength: 14 }),
  luck: fc.array(fc.nat(1_000), { minLength: 300, maxLength: 300 }),
  capacity: fc.integer({ min: 1, max: 3 }),
});

/** A random acyclic plan: each node may need, want or follow earlier ones. */
function planOf({ edges, gates, steps, capacity }: Shape): Plan {
  const nodes: PlanNode[] = edges.map(({ need, want, after }, n) => {
    const earlier = (pick: number) => (n > 0 && pick % 3 > 0 ? [`n${pick % n}`] : []);
    const needs = earlier(need);
    const wants = earlier(want).filter((id) => !needs.includes(id));
    const arrows = { needs, wants, after: earlier(after) };
    if (gates[n] && n > 0) return makeGate(`n${n}`, arrows);
    const made = Array.from({ length: 1 + (steps[n] ?? 0) }, (_, step) =>
      doStep(`s${step}`, { occupies: step === 0 ? { lane: 1 } : {}, ...(step === 2 && { phase: 'verify' }) }),
    );
    const placement = { label: 'far', key: `far-${n % 2}` };
    return makeNode(`n${n}`, { steps: made, ...arrows, ...((need + want) % 3 === 0 && { placement }) });
  });
  return makePlan(nodes, { capacity: { lane: capacity } });
}

/** Worker hosts are found sooner or later, and fall silent at random. */
function hosts(run: Simulation, turn: number, chance: number): void {
  for (const { nodes } of due(run.state).placements) {
    const [node] = nodes;
    if (turn > 600 || chance % 3 === 0)
      run.happen({ type: 'bound', node: node!, host: { id: `h${turn}`, name: `h${turn}`, taskQueue: 'q' } });
    else if (chance % 3 === 1) run.happen({ type: 'unheard', node: node!, since: run.state.now });
  }
  const { underWay } = run;
  const silent = run.state.open[underWay[chance % Math.max(1, underWay.length)] ?? ''];
  if (turn < 600 && silent && chance % 13 === 0)
    run.happen({ type: 'unheard', node: silent.node, since: run.state.now });
}

/** Drives a run to its end: steps pass, fail or stay unknown, people answer at random, the run continues as new. */
function drive(plan: Plan, luck: readonly number[]): Simulation {
  const run = new Simulation(plan);
  for (let turn = 0; turn < 3_000 && run.state.end === undefined; turn += 1) {
    const chance = luck[turn % luck.length]! + turn;
    if (chance % 11 === 0) run.continueAsNew();
    hosts(run, turn, chance);
    const { underWay, asks } = run;
    const pickAsk = asks[chance % Math.max(1, asks.length)];
    if (pickAsk !== undefined && (underWay.length === 0 || chance % 3 === 0)) answer(run, pickAsk, chance);
    else if (underWay.length > 0) end(run, underWay[chance % underWay.length]!, turn > 600 ? 1 : chance);
    else unstick(run);
    run.pass(chance % 7);
  }
  return run;
}

function end(run: Simulation, id: string, chance: number): void {
  const outcome = chance % 10 === 0 ? 'failed' : chance % 23 === 0 ? 'unknown' : 'passed';
  run.end(id, outcome);
}

function answer(run: Simulation, id: string, chance: number): void {
  const { choices } = run.state.open[id]!.ask!.ask;
  run.answer(id, choices[chance % choices.length]!.name, `person-${chance % 3}`);
}

/** Nothing is under way and nothing is asked: something is shut, or waits for a want that people wait for. */
function unstick(run: Simulation): void {
  for (const [id, node] of Object.entries(run.state.nodes)) {
    if (node.status === 'shut')
      run.decide({ propose: [{ on: 'step', path: `${id}/1/gate/decide`, set: 'retry' }] });
    else if (node.status === 'waits') {
      const stuck = run.state.plan.nodes[id]!.wants.filter((want) => node.waitFor?.includes(want));
      for (const without of stuck) run.decide({ propose: [{ on: 'node', node: id, set: 'goOn', without }] });
    }
  }
}

/** Reads the events alone, without the kernel, and says what is wrong with them. */
function judge(plan: Plan, events: readonly Event[]): string[] {
  const wrong: string[] = [];
  const status = new Map<string, string>();
  const underWay = new Map<string, string>();
  const ended = new Set<string>();
  const bound = new Set<string>();
  let lanes = 0;
  events.forEach((event, index) => {
    if (event.seq !== index + 1) wrong.push(`event ${index + 1} has number ${event.seq}`);
    if (event.type === 'changed' && event.by === 'muster') wrong.push(event.reason);
    const keyOf = (id: string) => plan.nodes[id]?.placement?.key;
    if (event.type === 'bound') bound.add(keyOf(event.node) ?? '');
    if (event.type === 'changed' && event.change.on === 'node' && event.change.set === 'rebind')
      bound.delete(keyOf(event.change.node) ?? '');
    if (event.type === 'tried') {
      const key = keyOf(event.path.split('/')[0]!);
      if (key !== undefined && !bound.has(key)) wrong.push(`${event.try} on no worker host`);
      const node = plan.nodes[event.path.split('/')[0]!]!;
      for (const need of node.needs)
        if (status.get(need) !== 'passed') wrong.push(`${event.try} before ${need}`);
      for (const before of node.after)
        if (!isTerminal(status.get(before) ?? '')) wrong.push(`${event.try} before the end of ${before}`);
      if (underWay.has(event.try) || ended.has(event.try)) wrong.push(`${event.try} twice`);
      underWay.set(event.try, node.id);
      if (event.path.endsWith('/s0')) lanes += 1;
      if (lanes > plan.capacity['lane']!) wrong.push(`${lanes} lanes are used`);
    }
    if (event.type === 'ended') {
      if (ended.has(event.try)) wrong.push(`${event.try} ended twice`);
      ended.add(event.try);
      if (underWay.delete(event.try) && event.try.includes('/s0#')) lanes -= 1;
    }
    if (event.type === 'became' && event.of !== 'run') {
      if (isTerminal(status.get(event.of) ?? ''))
        wrong.push(`${event.of} became ${event.status} after its end`);
      status.set(event.of, event.status);
      if (event.status === 'passed' && plan.nodes[event.of]!.kind === 'gate' && !hasVote(events, event.of)) {
        wrong.push(`${event.of} opened without a vote`);
      }
    }
  });
  return wrong;
}

const hasVote = (events: readonly Event[], gate: string): boolean =>
  events.some(
    (event) =>
      event.type === 'voted' &&
      event.verdict === 'counted' &&
      'ask' in event.decision &&
      event.decision.ask.startsWith(`${gate}/`) &&
      event.decision.choice === 'approve',
  );

describe('random runs', () => {
  it(`keep every promise and come to an end (seed ${seed}, ${runs} runs)`, () => {
    fc.assert(
      fc.property(shape, (given) => {
        const plan = planOf(given);
        const run = drive(plan, given.luck);
        expect(judge(plan, run.events)).toEqual([]);
        expect(Object.values(run.state.nodes).filter((node) => !isTerminal(node.status))).toEqual([]);
        expect(run.state.end).toBeDefined();
        const { machines, people, neither, end: ended, start } = run.state;
        expect(machines + people + neither).toBe(ended! - start);
      }),
      { seed, numRuns: runs },
    );
  });
});
