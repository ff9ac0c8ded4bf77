import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import { comparators } from '../../core/expectation.ts';
import { runbookSchema } from '../schema/runbook.ts';
import { asParsed, type JsonSchema } from './as-parsed.ts';

/**
 * The JSON Schema (draft 7, which editors read) of a runbook. It takes numbers and booleans as an editor's
 * parser makes them, and completes `with:` and `expect:` by the action in `use:`. It says what a file may look
 * like; that names are declared, nothing is circular and so on is for `muster validate`.
 */
export function runbookJsonSchema(catalogue: readonly Description[]): JsonSchema {
  const { $schema, definitions, ...runbook } = draft7(runbookSchema);
  const actions = catalogue.filter(({ internal }) => !internal);
  const step = (definitions as { step: JsonSchema }).step;
  const use = {
    ...(step['properties'] as Record<string, JsonSchema>)['use'],
    oneOf: actions.map(({ name, summary }) => ({ const: name, description: summary })),
  };
  return {
    $schema,
    $id: 'runbook-v1.schema.json',
    title: 'Muster runbook',
    ...runbook,
    definitions: {
      ...(definitions as object),
      step: {
        ...step,
        properties: { ...(step['properties'] as object), use },
        allOf: actions.map(whenUsed),
      },
    },
  };
}

/** What a step looks like once its action is known. */
const whenUsed = ({ name, input, findings }: Description): JsonSchema => ({
  if: { properties: { use: { const: name } }, required: ['use'] },
  then: {
    properties: {
      with: inputSchema(input),
      expect: { type: 'object', properties: expectable(findings), additionalProperties: false },
    },
    ...(required(input).length > 0 ? { required: ['with'] } : {}),
  },
});

const expectable = (findings: Description['findings']): JsonSchema =>
  Object.fromEntries(
    [...Object.keys(findings), ...('value' in findings ? comparators : [])].map((key) => [key, {}]),
  );

const draft7 = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input', target: 'draft-07' });

const required = (input: z.ZodObject) => (draft7(input)['required'] as string[] | undefined) ?? [];

function inputSchema(input: z.ZodObject): JsonSchema {
  const schema: Record<string, unknown> = { ...draft7(input) };
  delete schema['$schema'];
  return asParsed(schema);
}
