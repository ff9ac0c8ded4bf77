import type { Problem } from '../problem.ts';
import type { Facts, PlacedStep } from './facts.ts';

/** Where a template stands. */
export interface Place {
  readonly facts: Facts;
  /** The step that it belongs to; absent: the text of a gate. */
  readonly placed?: PlacedStep;
  /** Only what a plan knows can stand in it: people read it before anything has run, or the plan of another run is made of it. */
  readonly early: false | 'read' | 'planned';
}

export type Wrong = Omit<Problem, 'path'>;
export type PathReader = (path: readonly string[], place: Place) => Wrong | undefined;

export const leadsNowhere = (path: readonly string[], written: string, among: Iterable<string>): Wrong => ({
  code: 'MUSTER_TEMPLATE_UNKNOWN',
  summary: `{{${path.join('.')}}} leads nowhere: there is no "${written}".`,
  meant: { written, among },
});

export const misshapen = (path: readonly string[], shape: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_UNKNOWN',
  summary: `{{${path.join('.')}}} leads nowhere.`,
  hint: `Write {{${shape}}}.`,
});
