import type { z } from 'zod';
import type { Run } from '../action.ts';
import { restic } from '../restic/repository.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async (input, context) => {
  const read = input.read === undefined ? [] : [`--read-data-subset=${input.read}`];
  await restic(
    input,
    { doing: `Checking ${input.repository}`, argv: ['check', '--no-lock', ...read] },
    context,
  );
  return { outputs: {}, findings: { value: true, whole: true } };
};
