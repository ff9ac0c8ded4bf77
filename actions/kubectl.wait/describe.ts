import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration } from '../field.ts';
import { clusterFields } from '../kubectl/cluster.ts';
import { kubectlExits } from '../kubectl/refusal.ts';

export const description = {
  name: 'kubectl.wait',
  summary:
    'Waits until objects of a Kubernetes cluster meet a condition, or are gone; passes only when all of them do.',
  input: z.strictObject({
    ...clusterFields,
    resource: z
      .string()
      .regex(/^[a-z][a-z0-9.]*(\/[a-z0-9][a-z0-9.:-]*)?$/, 'must be KIND or KIND/NAME')
      .describe('KIND/NAME, or a kind alone: all of that kind, or those of the selector.'),
    selector: z.string().min(1).optional().describe('Labels that they bear: `app=orders,tier!=test`.'),
    until: z
      .string()
      .regex(
        /^(condition=\w+(=\w+)?|jsonpath=.+|delete)$/,
        'must be condition=NAME, jsonpath={…}=VALUE or delete',
      )
      .default('condition=Ready')
      .describe(
        '`condition=NAME`, `condition=NAME=VALUE`, `jsonpath={…}=VALUE` or `delete`, as kubectl has it.',
      ),
    timeout: duration().prefault('5m').describe('How long it may take.'),
  }),
  outputs: { met: 'number', total: 'number' },
  findings: { value: 'number', met: 'number', total: 'number' },
  provesByItself: true,
  touches: 'nothing',
  rerun: 'idempotent',
  exits: { kubectl: kubectlExits },
} as const satisfies Description;
