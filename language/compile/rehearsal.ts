import type { ActionCall, Step } from '../../core/plan.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';
import { placesToHide } from './places-to-hide.ts';

const second = 1_000;

/** The network of a rehearsal is made first; then its isolation is proved, before anything touches anything. */
export function isolateFirst(draft: Draft): void {
  const { isolated } = draft.to;
  const first: string[] = [];
  const begin = (id: string, title: string, step: Step) => {
    addNode(draft, { id, kind: 'run', name: 'run', title, needs: first.slice(-1), steps: [step] });
    first.push(id);
  };
  if (isolated?.network === 'private')
    begin('run.network', 'A network for this run alone', openNetwork(hiddenFrom(draft)));
  if (checks(draft)) begin('run.isolation', 'Isolated, before the first step', isolationStep(draft, 'check'));
  const last = first.slice(-1);
  mapNodes(draft, (node) =>
    node.kind === 'system' || node.kind === 'prepare' ? { ...node, needs: [...node.needs, ...last] } : node,
  );
}

/** Isolation is proved again just before each step that starts something which could reach out. */
export function isolateBeforeStarts(draft: Draft): void {
  if (!checks(draft)) return;
  mapNodes(draft, (node) => ({
    ...node,
    steps: node.steps.flatMap((step) => {
      const starts = 'do' in step && draft.actions.get(step.do.action)?.starts;
      return starts ? [isolationStep(draft, `before-${step.phase}-${step.id}`), step] : [step];
    }),
  }));
}

/** At the end isolation is proved once more; then everything of the run is removed, however it ended. */
export function cleanUpAlways(draft: Draft): void {
  const nodes = [...draft.nodes.values()];
  let after = nodes.filter((node) => node.kind !== 'cleanup' && node.kind !== 'function').map(({ id }) => id);
  const add = (id: string, title: string, step: Step) => {
    addNode(draft, { id, kind: 'run', name: 'run', title, after, steps: [step] });
    after = [id];
  };
  if (checks(draft))
    add('run.isolated-at-end', 'Still isolated at the end', isolationStep(draft, 'check-at-end'));
  const cleanups = nodes.filter((node) => node.kind === 'cleanup');
  for (const node of cleanups) draft.nodes.set(node.id, { ...node, after });
  if (cleanups.length > 0) after = cleanups.map(({ id }) => id);
  add('run.cleanup', 'Everything of this run removed', sweep);
  if (draft.to.isolated?.network === 'private') add('run.network-gone', 'Its network removed', closeNetwork);
}

const hiddenFrom = ({ runbook, to }: Draft): string[] =>
  to.isolated?.network === 'private' ? placesToHide(runbook, to.name) : [];

const checks = ({ to }: Draft): boolean => (to.isolated?.cannotReach.length ?? 0) > 0;

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

const isolationStep = (draft: Draft, id: string): Step => ({
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

const openNetwork = (hide: readonly string[]): Step => ({
  ...common,
  id: 'open',
  phase: 'network',
  title: 'make a network that reaches nothing else',
  touches: 'data',
  guards: true,
  onFail: 'abort',
  do: call('network.open', { hide }),
});

const sweep: Step = {
  ...common,
  id: 'sweep',
  phase: 'cleanup',
  title: 'remove what bears the marker of this run',
  touches: 'data',
  guards: false,
  onFail: 'ask',
  do: call('cleanup.sweep', {}),
};

const closeNetwork: Step = {
  ...sweep,
  id: 'close',
  phase: 'network',
  title: 'remove the network of this run',
  do: call('network.close', {}),
};
