import type { z } from 'zod';
import type { Run } from '../action.ts';
import { runChild } from '../child-process.ts';
import { reportOf } from '../child-report.ts';
import type { description } from './describe.ts';

/** The script travels as an argument: what leads into a site (ssh, kubectl exec) carries arguments, not files. */
export const run: Run<z.output<typeof description.input>> = async ({ script, env, cwd, shell }, context) =>
  reportOf(await runChild([shell, '-eu', '-c', script], context, { env, ...(cwd !== undefined && { cwd }) }));
