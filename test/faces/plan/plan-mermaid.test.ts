import { describe, expect, it } from '@jest/globals';
import { planMermaid } from '../../../faces/cli/plan/plan-mermaid.ts';
import { planOf, runbook, step, system } from '../../language/compile/build.ts';
import { shop, shopPlan } from '../../language/compile/shop.ts';

describe('a plan as a Mermaid flowchart', () => {
  it('draws needs as arrows, wants dotted, and nothing that follows from other arrows', () => {
    expect(planMermaid(shopPlan())).toBe(`flowchart LR
  n0[/"orders-db.fence: Orders database"/]
  n1[/"api.fence: Shop API"/]
  n2["orders-db: Orders database"]
  n3["uploads: Uploads"]
  n4["api: Shop API"]
  n5{{"go-live: Send customers to the recovered shop?"}}
  n6["traffic: Traffic"]
  n7(["ordering: Ordering"])
  n0 --> n2
  n1 --> n3
  n2 --> n4
  n1 --> n4
  n3 -.-> n4
  n4 --> n5
  n5 --> n6
  n6 --> n7
  n3 -.-> n7
`);
  });

  it('draws what merely comes after something thick', () => {
    const rehearsal = planMermaid(shopPlan({ mode: 'rehearsal' }));
    expect(rehearsal).toContain('n10[["run.network-gone: Its network removed"]]');
    expect(rehearsal).toContain('n9 ==> n10');
  });

  it('is the same each time', () => {
    expect(planMermaid(shopPlan({}, shop()))).toBe(planMermaid(shopPlan({}, shop())));
  });

  it('is not broken by what stands in a title', () => {
    const title = '"]; click n0 "javascript:x" %% <b> #';
    const systems = { s: system({ title, external: true, verify: [step('look', 'look')] }) };
    expect(planMermaid(planOf(runbook({ systems })))).toBe(
      'flowchart LR\n  n0["s: #34;#93;; click n0 #34;javascript:x#34; #37;#37; #60;b#62; #35;"]\n',
    );
  });
});
