import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import type { ExitCodes } from '../../actions/exit-codes.ts';

interface Property {
  readonly description?: string;
  readonly default?: string | number | boolean | object;
}

/** The reference of every action as Markdown, made of what the actions say of themselves. */
export const referenceOf = (catalogue: readonly Description[]): string =>
  catalogue
    .filter(({ internal }) => !internal)
    .map(sectionOf)
    .join('\n');

function sectionOf(description: Description): string {
  const { name, summary, touches, rerun, outputs, findings, expects, provesByItself } = description;
  const schema = z.toJSONSchema(description.input, { io: 'input', target: 'draft-07' });
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  const required = new Set(schema.required);
  const inputs = Object.entries(properties).map(([field, property]) =>
    row(`\`${field}\``, required.has(field) ? 'yes' : shownDefault(property), property.description ?? ''),
  );
  const nature = [
    description.asksPeople ? 'asks people' : `touches ${touches} at least`,
    `\`rerun: ${rerun}\``,
    ...(provesByItself && !description.asksPeople ? ['proves something by passing'] : []),
    ...(expects
      ? [`expects ${listed(Object.entries(expects).map(([key, value]) => `${key} ${value}`))}`]
      : []),
    ...(description.starts ? ['isolation is checked just before it'] : []),
    ...(description.points ? ['lists its recovery points'] : []),
    ...(description.enters ? ["goes through a site's `enter`"] : []),
  ];
  return `### ${name}

${summary} (${nature.join('; ')})

| with | needed | |
| --- | --- | --- |
${inputs.join('\n')}

Outputs: ${typed(outputs, description.outputsFrom)}\\
Findings: ${typed(findings)}
${Object.entries(description.exits ?? {})
  .map(([tool, codes]) => exitTable(tool, codes))
  .join('')}`;
}

/** A tool's exit codes: what they mean, and whether a try that ended so may be made again as it is. */
function exitTable(tool: string, { other, ...known }: ExitCodes): string {
  const rows = [...Object.entries(known), ['any other', other] as const].map(([code, { means, kind }]) =>
    row(code, means, kind === 'unknown' ? 'UNKNOWN' : kind),
  );
  return `
| \`${tool}\` exits with | that means | so it is |
| --- | --- | --- |
${rows.join('\n')}
`;
}

const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const shownDefault = ({ default: value }: Property): string =>
  value === undefined || typeof value === 'object' ? 'no' : `default \`${value}\``;

const listed = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ');

function typed(shapes: Description['outputs'], from?: string): string {
  const known = Object.entries(shapes).map(
    ([name, type]) => `\`${name}\`${type === 'any' ? '' : ` (${type})`}`,
  );
  const all = [...known, ...(from === undefined ? [] : [`the keys of \`${from}\``])];
  return all.length > 0 ? all.join(', ') : 'none';
}
