import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration } from '../field.ts';
import { clusterFields } from '../kubectl/cluster.ts';
import { kubectlExits } from '../kubectl/refusal.ts';
import { workloadName } from '../kubectl/workload.ts';

export const description = {
  name: 'kubectl.rollout',
  summary:
    'Waits until a Deployment, StatefulSet or DaemonSet of a Kubernetes cluster is rolled out, and says what its pods lack where it is not.',
  input: z.strictObject({
    ...clusterFields,
    name: workloadName().describe('KIND/NAME, such as `statefulset/orders`; a name alone is a Deployment.'),
    timeout: duration().prefault('5m').describe('How long it may take.'),
  }),
  outputs: { desired: 'number', updated: 'number', ready: 'number' },
  findings: { value: 'number', desired: 'number', updated: 'number', ready: 'number' },
  provesByItself: true,
  touches: 'nothing',
  rerun: 'idempotent',
  exits: { kubectl: kubectlExits },
} as const satisfies Description;
