import { describe, expect, it } from '@jest/globals';
import { due } from '../../../core/run/due.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { doStep, makeNode, makePlan, questions } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const id = 'a/1/recover/work#1';
const quiet = 10_000;

/** A restore that may be quiet for ten seconds and takes a minute until it is slow. */
function restoring(more: Parameters<typeof makePlan>[1] = {}) {
  const run = new Simulation(
    makePlan([makeNode('a', { steps: [doStep('work', { touches: 'data', quiet })] })], more),
  );
  const hush = () => run.happen({ type: 'silent', try: id, since: run.state.now - quiet });
  const question = () => viewOf(run.state, run.state.now).asks[0];
  return { run, hush, question, hear: () => run.happen({ type: 'silent', try: id }) };
}

describe('a step of which nothing is heard', () => {
  it('is asked about, and goes on', () => {
    const { run, hush, question } = restoring();
    run.pass(quiet);
    hush();
    expect(question()!.ask.title).toBe('The step has written nothing for 10s. Wait, or stop it?');
    expect(run.underWay).toEqual([id]);
    hush();
    expect(run.asks).toHaveLength(1);
  });

  it('that is heard again is asked about no more', () => {
    const { run, hush, hear } = restoring();
    hush();
    expect(run.asks).toHaveLength(1);
    hear();
    expect(run.asks).toEqual([]);
    expect(run.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'moot' });
    run.end(id);
    expect(run.status('a')).toBe('passed');
  });

  it('is asked about again where people wait and it stays silent, also after a continue-as-new', () => {
    const { run, hush } = restoring();
    hush();
    run.answer(run.asks[0]!, 'wait');
    expect(run.asks).toEqual([]);
    expect(due(run.state).wakeAt).toBe(run.state.now + quiet);
    run.continueAsNew();
    run.pass(quiet - 1);
    expect(run.asks).toEqual([]);
    run.pass(1);
    expect(run.asks).toEqual(['a/1/recover/work?slow#2']);
    run.answer(run.asks[0]!, 'stop');
    expect(due(run.state).stops).toEqual([id]);
  });

  it('that takes too long as well is asked about as slow, and that question stays when it is heard', () => {
    const { run, hush, hear, question } = restoring();
    hush();
    run.answer(run.asks[0]!, 'wait');
    hear();
    run.pass(60_000);
    expect(question()!.about.silentSince).toBeUndefined();
    hush();
    hear();
    expect(run.asks).toHaveLength(1);
  });

  it('asks nobody where nobody is there: silence may be work', () => {
    const slow = { ...questions.slow, auto: { choice: 'stop', after: 900_000 } };
    const { run, hush } = restoring({ questions: { ...questions, slow } });
    hush();
    expect(run.asks).toEqual([]);
    expect(due(run.state).stops).toEqual([]);
  });

  it('leaves no trace where it has ended meanwhile', () => {
    const { run, hush } = restoring();
    run.end(id);
    hush();
    expect(run.asks).toEqual([]);
    expect(run.status('a')).toBe('passed');
  });
});
