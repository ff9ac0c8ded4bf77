import type { WorkerSettings } from './run-worker.ts';

type Greeted = Pick<WorkerSettings, 'hostName' | 'labels' | 'modes' | 'home' | 'namespace'> & {
  readonly address: string;
};

/** Who a worker is, what it takes, where it asks, and where it keeps what it does. */
export const greeting = ({ hostName, labels, modes, home, namespace, address }: Greeted): string =>
  [
    `The worker ${hostName} asks Temporal at ${address}, namespace ${namespace}.`,
    `Labels: ${labels.join(', ') || 'none'}. Runs: ${modes?.join(', ') ?? 'all'}. State directory: ${home}.`,
  ].join('\n');
