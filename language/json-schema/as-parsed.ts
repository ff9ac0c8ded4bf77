export type JsonSchema = Readonly<Record<string, unknown>>;

const template: JsonSchema = { type: 'string', pattern: '\\{\\{' };

/**
 * Widens what an action takes to what an editor sees in a file: a text may have become a number or a
 * boolean, and a template may stand for any of them.
 */
export function asParsed(schema: JsonSchema): JsonSchema {
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, below(key, value)]));
  const { format: _, type, ...rest } = inner;
  if (type === 'string' && !('enum' in rest) && !('const' in rest)) {
    const text = { ...rest, type: ['string', 'number', 'boolean'] };
    return 'pattern' in rest || 'format' in inner ? orTemplate(text) : text;
  }
  if (type === 'number' || type === 'integer') return orTemplate({ ...rest, type: [type, 'string'] });
  if (type === 'boolean') return orTemplate({ ...rest, enum: [true, false, 'true', 'false'] });
  return type === 'string' ? orTemplate({ ...rest, type }) : inner;
}

const orTemplate = ({ description, default: usual, ...schema }: JsonSchema): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  ...(usual === undefined ? {} : { default: usual }),
  anyOf: [schema, template],
});

function below(key: string, value: unknown): unknown {
  if (key === 'properties') return each(value as JsonSchema);
  if (key === 'anyOf' || key === 'oneOf' || key === 'allOf') return (value as JsonSchema[]).map(asParsed);
  const isSchema = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isSchema && (key === 'items' || key === 'additionalProperties')
    ? asParsed(value as JsonSchema)
    : value;
}

const each = (schemas: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, asParsed(schema as JsonSchema)]));
