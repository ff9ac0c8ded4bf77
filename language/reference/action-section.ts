import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import { keyTable } from './key-table.ts';

type ExitCodes = NonNullable<Description['exits']>[string];

/** What a runbook can say of an action, made of what the action says of itself. */
export function actionSection(action: Description): string {
  const { name, summary, input, exits = {} } = action;
  const table = keyTable(z.toJSONSchema(input, { io: 'input', target: 'draft-07' }));
  const tables = Object.entries(exits).map(([tool, codes]) => exitTable(tool, codes));
  return [`### ${name}`, summary, table, factsOf(action).join(' '), ...tables].join('\n\n');
}

function factsOf(action: Description): string[] {
  const { touches, rerun, outputs, outputsFrom, findings, expects, literal } = action;
  const all = [
    listed('Outputs', typed(outputs)),
    outputsFrom && `Outputs are also the keys of \`${outputsFrom}\`.`,
    listed('Findings', typed(findings)),
    expects && `Expects ${coded(Object.entries(expects).map(([key, value]) => `${key}: ${value}`))} unless told otherwise.`, // prettier-ignore
    literal && `Taken letter by letter, without templates: ${coded(literal)}.`,
    action.provesByItself && !action.asksPeople && 'Passing is its proof: needs no `expect`.',
    action.points && 'Lists its recovery points.',
    action.starts && 'Isolation is checked just before it.',
    action.enters && "Goes through a site's `enter`.",
    action.asksPeople
      ? 'Asks people.'
      : `Touches at least \`${touches}\`; \`rerun: ${rerun}\` unless the step says otherwise.`,
  ];
  return all.filter((fact) => typeof fact === 'string');
}

/** A tool's exit codes: what they mean, and whether a try that ended so may be made again as it is. */
function exitTable(tool: string, { other, ...known }: ExitCodes): string {
  const rows = [...Object.entries(known), ['any other', other] as const].map(
    ([code, { means, kind }]) => `| ${code} | ${means} | ${kind === 'unknown' ? 'UNKNOWN' : kind} |`,
  );
  return [`| \`${tool}\` exits with | that means | so it is |`, '| --- | --- | --- |', ...rows].join('\n');
}

const typed = (shapes: Description['outputs']) =>
  Object.entries(shapes).map(([name, type]) => `\`${name}\`${type === 'any' ? '' : ` (${type})`}`);

const coded = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ');

const listed = (title: string, names: readonly string[]) =>
  names.length > 0 && `${title}: ${names.join(', ')}.`;
