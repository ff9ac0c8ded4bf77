import { describe, expect, it } from '@jest/globals';
import type { Delivery, Handed } from '../../contract/courier.ts';
import { Deliveries, mayStart } from '../../workflows/deliveries.ts';

const handed = (id: string): Handed => ({
  notice: {
    id,
    to: 'pager',
    type: 'run.began',
    at: 0,
    run: { id: 'r', runbook: 'shop', title: 'Shop', mode: 'live', from: 'a', to: 'b' },
    text: 'LIVE shop: begun',
  },
  origin: { workflowId: 'recover/shop', runId: 'x', taskQueue: 'q' },
});
const none = { waiting: [], dead: [], delivered: [], forgotten: 0 };
const failed = { delivered: false, problem: 'nothing listens there' } as const;

describe('the deliveries of the courier', () => {
  it('are tried ever later, some sixteen hours in all, and then given up and kept', () => {
    const all = new Deliveries(none);
    all.take(handed('a'), 0);
    let now = 0;
    let tries = 0;
    for (; all.state.waiting[0]; tries += 1) {
      now = all.state.waiting[0].nextAt;
      all.end(all.state.waiting[0], failed, now);
    }
    expect(tries).toBe(10);
    expect(now / 3_600_000).toBeCloseTo(15.7, 1);
    expect(all.state.dead).toMatchObject([{ tries: 10, problem: 'nothing listens there' }]);
    expect(all.takeAgain(['b'], now)).toBe(0);
    expect(all.takeAgain([], now)).toBe(1);
    expect(all.state.waiting).toMatchObject([{ tries: 0, nextAt: now }]);
  });

  it('to one who does not answer leave room for the others', () => {
    const delivery = (id: string, to: string, taskQueue = 'q') => {
      const one = handed(id);
      const origin = { ...one.origin, taskQueue };
      return { ...one, notice: { ...one.notice, to }, origin, tries: 0, nextAt: 0 };
    };
    const underWay = new Map<string, Delivery>();
    const starts = (one: Delivery) => {
      if (!mayStart(one, underWay)) return false;
      underWay.set(one.notice.id, one);
      return true;
    };
    const silent = Array.from({ length: 30 }, (_, n) => starts(delivery(`s${n}`, 'silent')));
    expect(silent.filter(Boolean)).toHaveLength(3);
    expect(starts(delivery('s0', 'silent'))).toBe(false);
    expect(starts(delivery('g', 'good'))).toBe(true);
    const many = Array.from({ length: 30 }, (_, n) => starts(delivery(`m${n}`, `to-${n}`)));
    expect(many.filter(Boolean)).toHaveLength(6);
    expect(starts(delivery('o', 'good', 'of-another-host'))).toBe(true);
  });

  it('know what they had, whatever is handed over again', () => {
    const all = new Deliveries(none);
    for (const id of ['a', 'b', 'a']) all.take(handed(id), 0);
    const [a, b] = all.state.waiting;
    expect(all.state.waiting).toHaveLength(2);
    all.end(a!, { delivered: true }, 1);
    all.end(b!, { ...failed, final: true }, 1);
    for (const id of ['a', 'b']) new Deliveries(all.state).take(handed(id), 2);
    all.take(handed('a'), 2);
    all.take(handed('b'), 2);
    expect(all.state).toMatchObject({ waiting: [], dead: [{}], delivered: [{ id: 'a', at: 1 }] });
  });

  it('fit into one payload, and say how many they do not keep', () => {
    const all = new Deliveries(none);
    for (let n = 0; n < 5_500; n += 1) all.take(handed(`n${n}`), 0);
    const { waiting, dead, forgotten } = all.state;
    expect([waiting.length, dead.length, forgotten]).toEqual([4_000, 1_000, 500]);
    expect(dead[0]).toMatchObject({ notice: { id: 'n4500' }, problem: '4000 others wait to be delivered' });
  });
});
