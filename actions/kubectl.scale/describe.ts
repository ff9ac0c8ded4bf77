import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration, wholeNumber } from '../field.ts';
import { clusterFields } from '../kubectl/cluster.ts';
import { kubectlExits } from '../kubectl/refusal.ts';
import { workloadName } from '../kubectl/workload.ts';

export const description = {
  name: 'kubectl.scale',
  summary:
    'Sets how many pods a Deployment, StatefulSet or ReplicaSet of a Kubernetes cluster has, and waits until it has them; 0 stops it.',
  input: z.strictObject({
    ...clusterFields,
    name: workloadName().describe('KIND/NAME, such as `statefulset/orders`; a name alone is a Deployment.'),
    replicas: wholeNumber({ min: 0, max: 100_000 }).describe('How many there are to be.'),
    wait: duration()
      .optional()
      .describe(
        'How long it may take until as many are ready and no others are there. Default: it is not waited for.',
      ),
  }),
  outputs: { before: 'number', replicas: 'number', ready: 'number' },
  findings: { value: 'number', before: 'number', replicas: 'number', ready: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'idempotent',
  starts: true,
  unmarked: true,
  exits: { kubectl: kubectlExits },
} as const satisfies Description;
