import type { z } from 'zod';
import type { Run } from '../action.ts';
import { inWords, lookUp } from '../dns/lookup.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async (input, context) => {
  const answers = await Promise.all(
    input.servers.map(async (server) => ({ server, ...(await lookUp(server, input, context)) })),
  );
  const said = new Set(answers.map(({ values }) => inWords(values)));
  const agree = said.size === 1;
  const value = agree
    ? [...said].join('')
    : answers.map(({ server, values }) => `${server}: ${inWords(values)}`).join('; ');
  const ttl = Math.max(...answers.map((answer) => answer.ttl ?? 0));
  return { outputs: { value, ttl }, findings: { value, ttl, agree } };
};
