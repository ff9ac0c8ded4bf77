import type { z } from 'zod';
import type { Run } from '../action.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async ({ outputs }) => ({
  outputs,
  findings: {},
});
