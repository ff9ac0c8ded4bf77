import type { ActionCall, Step } from '../../core/plan.ts';
import type { Draft } from './draft.ts';
import { placesToHide } from './places-to-hide.ts';

const second = 1_000;

const hiddenFrom = ({ runbook, to }: Draft): string[] =>
  to.isolated?.network === 'private' ? placesToHide(runbook, to.name) : [];

/** Whether there is anything that can be tried in order to prove the isolation of the target. */
export const checksIsolation = ({ to }: Draft): boolean => (to.isolated?.cannotReach.length ?? 0) > 0;

const call = (action: string, input: ActionCall['with']): ActionCall => ({
  action,
  with: input,
  site: 'target',
});

const common = {
  takes: 5 * second,
  timeout: 5 * 60 * second,
  occupies: {},
  noReturn: false,
  retries: { count: 0, every: 0 },
  rerun: 'idempotent',
} as const;

/** Tries all that the site must not reach; one hit ends the run. */
export const isolationStep = (draft: Draft, id: string): Step => ({
  ...common,
  id,
  phase: 'isolation',
  title: 'cannot reach what it must not touch',
  touches: 'nothing',
  guards: true,
  onFail: 'abort',
  do: call('isolation.check', {
    cannotReach: [...(draft.to.isolated?.cannotReach ?? []), ...hiddenFrom(draft)],
  }),
});

export const openNetwork = (draft: Draft): Step => ({
  ...common,
  id: 'open',
  phase: 'network',
  title: 'make a network that reaches nothing else',
  touches: 'data',
  guards: true,
  onFail: 'abort',
  do: call('network.open', { hide: hiddenFrom(draft) }),
});

export const sweep: Step = {
  ...common,
  id: 'sweep',
  phase: 'cleanup',
  title: 'remove what bears the marker of this run',
  touches: 'data',
  guards: false,
  onFail: 'ask',
  do: call('cleanup.sweep', {}),
};

export const closeNetwork: Step = {
  ...sweep,
  id: 'close',
  phase: 'network',
  title: 'remove the network of this run',
  do: call('network.close', {}),
};
