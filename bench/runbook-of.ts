import { createHash } from 'node:crypto';
import { catalogue } from '../actions/catalogue.ts';
import type { Plan } from '../core/plan.ts';
import type { Roster } from '../core/roster.ts';
import { compile } from '../language/compile/compile.ts';
import { readRunbook } from '../language/read-runbook.ts';
import type { Shape } from './shapes.ts';

/** The plan of a shape: one recover step a system, which does nothing. */
export const planOf = (shape: Shape): Plan => planFrom(runbookOf(shape));

/** Compiles a runbook as the command line does. */
export function planFrom(text: string, roster?: Roster): Plan {
  const reading = readRunbook({ text, file: 'bench.yaml' }, catalogue);
  if (!reading.runbook) throw new Error(JSON.stringify(reading.diagnostics.slice(0, 3)));
  const { plan, diagnostics } = compile({
    source: reading.runbook,
    catalogue,
    parameters: {},
    mode: 'live',
    attended: true,
    now: Date.now(),
    sha256: (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`,
    compressedSize: () => 0,
    ...(roster && { roster }),
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  return plan;
}

function runbookOf({ name, title, graph }: Shape): string {
  const systems = Object.entries(graph).map(
    ([system, needs]) =>
      `  ${system}:\n    needs: [${needs.join(', ')}]\n    recover: [{ step: work, use: noop, touches: nothing }]`,
  );
  return [
    'muster: v1',
    `name: bench-${name}`,
    `title: ${title}`,
    'owner: bench',
    'sites: { here: {} }',
    'systems:',
    ...systems,
    '',
  ].join('\n');
}
