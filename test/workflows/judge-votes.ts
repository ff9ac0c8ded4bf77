import { expect } from '@jest/globals';
import type { Decision, Event, Refusal } from '../../core/event.ts';
import { gateStep, Reference } from '../core/run/votes.ts';
import { revocable } from './vote-keys.ts';
import type { Sent, VoteRun } from './vote-run.ts';

/**
 * Goes through the events of a run and demands of each what an independent reference says; that nothing was counted
 * twice, nothing that was answered is missing, and everybody was answered what stands there.
 * @returns the reference, as it stands behind the last event.
 */
export function judgeVotes({ sent, options }: VoteRun, events: readonly Event[]): Reference {
  const reference = new Reference(options.world, options.lasts);
  const shown = new Map<string, string>();
  const said = new Map<string, string>();
  let latest = 0;
  for (const [index, event] of events.entries()) {
    expect(event.seq).toBe(index + 1);
    reference.pass(event.at);
    if (event.type === 'asked' && event.about.node === 'go') {
      if (reference.state === 'waits') reference.open(event.at);
      expect(event.try).toBe(`${gateStep}#${reference.opening}`);
      shown.set(event.try, event.rests);
    }
    if (event.type === 'became' && event.of === 'go') expect(stands(event.status)).toBe(reference.state);
    if (event.type !== 'voted') continue;
    const { decision, verdict } = event;
    const one = sent.get(decision.id);
    expect(decision).toEqual(one?.decision);
    expect([decision.id, said.get(decision.id)]).toEqual([decision.id, undefined]);
    expect([event.seq, verdict]).toEqual([event.seq, expected(reference, event, one!, shown)]);
    said.set(decision.id, verdict);
    // Who was answered before another sent hers comes before her.
    expect(one!.answeredAt).toBeGreaterThan(latest);
    latest = Math.max(latest, one!.at);
  }
  for (const [id, { verdicts, answeredAt }] of sent) {
    if (answeredAt < Infinity) expect([id, said.has(id)]).toEqual([id, true]);
    for (const verdict of verdicts) expect([id, verdict]).toEqual([id, said.get(id)]);
  }
  return reference;
}

const stands = (status: string) => (status === 'passed' || status === 'shut' ? status : 'open');

function expected(
  reference: Reference,
  { at, key }: Extract<Event, { type: 'voted' }>,
  { decision }: Sent,
  shown: ReadonlyMap<string, string>,
): 'counted' | Refusal {
  if (isProposal(decision)) {
    const [change] = decision.propose;
    return change?.on === 'node' ? reference.retry(at) : reference.revoke();
  }
  const { by, choice, ask, reason, rests, expires } = decision;
  return reference.vote({
    ...{ by, choice, reason },
    opening: Number(ask.split('#').at(-1)),
    asShown: rests === shown.get(ask),
    expired: expires < at,
    revocable: key === revocable,
  });
}

const isProposal = (decision: Decision): decision is Extract<Decision, { propose: unknown }> =>
  'propose' in decision;
