import type { JsonSchema } from '../json-schema/as-parsed.ts';

/** A Markdown table of the keys that a map of the JSON Schema may have: what they hold, their default, what they mean. */
export function keyTable(schema: JsonSchema): string {
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const rows = Object.entries((schema['properties'] as Record<string, JsonSchema> | undefined) ?? {}).map(
    ([key, value]) => {
      const usual = required.has(key)
        ? 'required'
        : value['default'] === undefined
          ? ''
          : code(value['default']);
      return `| \`${key}\` | ${holds(value)} | ${usual} | ${inCell(value['description'])} |`;
    },
  );
  return ['| key | holds | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** What a value is, in a few words. */
function holds(schema: JsonSchema): string {
  if (typeof schema['title'] === 'string') return schema['title'];
  if (schema['$ref'] !== undefined) return 'step';
  const options = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (options) return [...new Set(options.map(holds))].join(' or ');
  if (schema['const'] !== undefined) return code(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map(code).join(', ');
  if (schema['type'] === 'array') return `list: ${holds(schema['items'] as JsonSchema)}`;
  if (schema['type'] !== 'object') return typeNames[String(schema['type'])] ?? 'anything';
  const inner = schema['additionalProperties'];
  return typeof inner === 'object' && inner !== null ? `map: name to ${holds(inner as JsonSchema)}` : 'map';
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
};

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const inCell = (text: unknown) => (typeof text === 'string' ? text.replaceAll('|', '\\|') : '');
