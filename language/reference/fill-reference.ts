import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import { runbookSchema } from '../schema/runbook.ts';
import { actionSection } from './action-section.ts';
import { fillTables, tableAt } from './fill-tables.ts';

/** Where the maps of the language are in its JSON Schema, by the name that the page gives them. */
const tables: Readonly<Record<string, string>> = {
  runbook: '',
  parameter: 'properties.parameters.additionalProperties',
  site: 'properties.sites.additionalProperties',
  isolated: 'properties.sites.additionalProperties.properties.isolated.anyOf.1',
  function: 'properties.functions.additionalProperties',
  objectives: 'properties.systems.additionalProperties.properties.objectives',
  system: 'properties.systems.additionalProperties',
  'fence by': 'properties.systems.additionalProperties.properties.fence.anyOf.1',
  'fence none': 'properties.systems.additionalProperties.properties.fence.anyOf.2',
  point: 'properties.systems.additionalProperties.properties.point',
  consistency: 'properties.consistency.additionalProperties',
  step: 'definitions.step',
  limits: 'definitions.step.properties.limits',
  retries: 'definitions.step.properties.retries.anyOf.1',
  only: 'definitions.step.properties.only',
  gate: 'properties.gates.additionalProperties',
  answer: 'properties.gates.additionalProperties.properties.answers.additionalProperties',
  approve: 'properties.gates.additionalProperties.properties.approve.anyOf.1',
  seat: 'properties.gates.additionalProperties.properties.approve.anyOf.1.properties.by.items',
  escalate: 'properties.gates.additionalProperties.properties.escalate.items',
  notify: 'properties.notify.additionalProperties',
  webhook: 'properties.notify.additionalProperties.properties.webhook',
  teams: 'properties.notify.additionalProperties.properties.teams',
};

/**
 * Fills the tables of the references of runbooks and actions from the schema and the catalogue.
 * @throws RangeError where the page asks for a table that there is not.
 */
export function fillReference(page: string, catalogue: readonly Description[]): string {
  const schema = z.toJSONSchema(runbookSchema, { io: 'input', target: 'draft-07' });
  return fillTables(page, (name) => {
    if (name === 'actions') return usable(catalogue).map(actionSection).join('\n\n');
    const path = tables[name];
    return path === undefined ? undefined : tableAt(schema, path);
  });
}

const usable = (catalogue: readonly Description[]) => catalogue.filter(({ internal }) => !internal);

/** The names of all tables, so that none is left out of the pages. */
export const tableNames: readonly string[] = [...Object.keys(tables), 'actions'];
