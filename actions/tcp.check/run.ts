import type { z } from 'zod';
import { whyNoConnection } from '../accepts-connections.ts';
import { ActionFailure, type Run } from '../action.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async ({ address, timeout }, context) => {
  const started = performance.now();
  const why = await whyNoConnection(address, timeout, context.signal);
  if (why !== undefined) {
    throw new ActionFailure(`Nothing accepts connections at ${address}: ${why}.`, {
      findings: { value: false, accepts: false },
    });
  }
  const milliseconds = Math.round(performance.now() - started);
  return { outputs: {}, findings: { value: true, accepts: true, milliseconds } };
};
