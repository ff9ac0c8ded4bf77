import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, flag } from '../field.ts';
import { clusterFields } from '../kubectl/cluster.ts';
import { kubectlExits } from '../kubectl/refusal.ts';

export const description = {
  name: 'kubectl.apply',
  summary:
    'Applies manifests to a Kubernetes cluster, server-side as the field manager "muster": tried whole on the server first, and nothing is ever pruned.',
  input: z.strictObject({
    ...clusterFields,
    path: absolutePath()
      .optional()
      .describe('A file with manifests, or a directory of such files (.yaml, .yml, .json; not below it).'),
    manifests: z.string().min(1).optional().describe('The manifests themselves, instead of a path.'),
    takeOver: flag()
      .default(false)
      .describe('Whether fields that another field manager holds are taken from it.'),
  }),
  literal: ['manifests'],
  outputs: { created: 'number', configured: 'number', unchanged: 'number', changes: 'string' },
  findings: { value: 'number', created: 'number', configured: 'number', unchanged: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'idempotent',
  starts: true,
  unmarked: true,
  exits: { kubectl: kubectlExits },
} as const satisfies Description;
