import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Description } from '../../../actions/action.ts';
import { catalogue } from '../../../actions/catalogue.ts';
import type { Plan } from '../../../core/plan.ts';
import type { CompileRequest } from '../../../language/compile/compile.ts';
import { readRunbook } from '../../../language/read-runbook.ts';
import type { Runbook } from '../../../language/runbook.ts';
import { planOf } from './build.ts';

/** The actions of the product, and one that is the shop's own. */
export const shopCatalogue: readonly Description[] = [
  ...catalogue,
  {
    name: 'haproxy.switch',
    summary: 'Sends customers somewhere else.',
    input: z.strictObject({ to: z.string() }),
    outputs: {},
    findings: {},
    provesByItself: false,
    touches: 'traffic',
    rerun: 'once',
  },
];

/** The runbook of the shop, read from its text. */
export function shop(text = readFileSync(new URL('shop.yaml', import.meta.url), 'utf8')): Runbook {
  const { runbook, diagnostics } = readRunbook({ text, file: 'shop.yaml' }, shopCatalogue);
  if (!runbook) throw new Error(JSON.stringify(diagnostics, null, 2));
  return runbook.runbook;
}

export const shopPlan = (more: Partial<CompileRequest> = {}, book = shop()): Plan =>
  planOf(book, { catalogue: shopCatalogue, parameters: { incident: 'INC-4711' }, ...more });
