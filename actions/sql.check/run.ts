import type pg from 'pg';
import type { z } from 'zod';
import type { Scalar } from '../../core/value.ts';
import type { Run } from '../action.ts';
import { Secrets } from '../secret.ts';
import { oneStatement, readOnly } from '../sql/read-only.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

export const run: Run<Input> = async ({ connection, query, timeout }, { signal }) => {
  const secrets = new Secrets();
  const all = async function* (client: pg.Client) {
    yield (await client.query<Scalar[]>(oneStatement(query))).rows;
  };
  const question = { connection, query, timeout: { connect: timeout, answer: timeout } };
  const figures: { value: Scalar; rows: number } = { value: null, rows: 0 };
  for await (const rows of readOnly(question, all, { signal, secrets })) {
    const found = rows[0]?.[0] ?? null;
    figures.value = typeof found === 'string' ? secrets.redact(found) : found;
    figures.rows = rows.length;
  }
  return { outputs: figures, findings: figures };
};
