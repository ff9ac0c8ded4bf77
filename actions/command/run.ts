import type { z } from 'zod';
import type { Run } from '../action.ts';
import { runChild } from '../child-process.ts';
import { reportOf } from '../child-report.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async ({ argv, cwd, env, stdin }, context) =>
  reportOf(
    await runChild(argv, context, {
      env,
      ...(cwd !== undefined && { cwd }),
      ...(stdin !== undefined && { stdin }),
    }),
  );
