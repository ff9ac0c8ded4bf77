import type { Runbook } from '../runbook.ts';
import type { Grammar } from './check.ts';
import { isReserved } from './reserved.ts';
import { runbookSchema } from './runbook.ts';

export type Section =
  'parameters' | 'sites' | 'capacity' | 'consistency' | 'functions' | 'systems' | 'gates' | 'notify';

/** The parts of a runbook that hold names. */
export const sections: readonly Section[] = [
  'parameters',
  'sites',
  'capacity',
  'consistency',
  'functions',
  'systems',
  'gates',
  'notify',
];

export const runbookGrammar: Grammar<Runbook> = {
  schema: runbookSchema,
  standIns: { muster: 'v1', name: 'runbook', title: '-', owner: '-', sites: {}, systems: {} },
  isReserved,
};
