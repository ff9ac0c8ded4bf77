import { z } from 'zod';
import { rosterSchema } from '../roster/schema.ts';
import type { JsonSchema } from './as-parsed.ts';

/** The JSON Schema (draft 7, which editors read) of a roster; `muster roster check` knows more. */
export function rosterJsonSchema(): JsonSchema {
  const { $schema, ...roster } = z.toJSONSchema(rosterSchema(unread), { io: 'input', target: 'draft-07' });
  return { $schema, $id: 'roster-v1.schema.json', title: 'Muster roster', ...roster };
}

/** Nothing is read while a schema is described. */
const unread = () => ({ problem: '' });
