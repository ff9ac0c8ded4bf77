import type { Plan } from '../../../core/plan.ts';
import { plan } from './declared-plan.ts';
import { type HookRuns, roster, type Served, token, trigger, withHooks } from './served.ts';

export const bearer = { authorization: `Bearer ${token}` };
export const startsAt = new Date(Date.now() - 120_000).toISOString();

type Sent = ReturnType<Served['post']>;
export const rosterSignature = { keyId: 'SHA256:keeper', signature: '00' };

export interface Case {
  readonly make?: (parameters: Readonly<Record<string, string>>) => Plan;
  readonly config?: Parameters<typeof trigger>[0];
}

/** The program with one trigger, `shop-down`, and what sends an alarm to it. */
export const withTrigger = (
  runs: HookRuns,
  { make = () => plan, config = {} }: Case,
  test: (
    served: Served & { alarm: (body: string, headers?: Record<string, string>) => Sent },
  ) => Promise<void>,
) =>
  withHooks(
    runs,
    {
      triggers: { 'shop-down': trigger(config) },
      make: (_, parameters) =>
        Promise.resolve().then(() => ({ plan: make(parameters), roster, rosterSignature })),
    },
    (served) =>
      test({
        ...served,
        alarm: (body, headers = bearer) => served.post('/v1/triggers/shop-down', body, headers),
      }),
  );
