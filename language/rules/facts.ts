import type { Description } from '../../actions/action.ts';
import type { Roster } from '../../core/roster.ts';
import type { Instant } from '../../core/units.ts';
import type { Mode } from '../../core/names.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Runbook, StepDeclaration, SystemDeclaration } from '../runbook.ts';
import type { Checked } from '../schema/check.ts';
import { type Section, sections } from '../schema/runbook-grammar.ts';

/** The phases that hold steps, in the order in which they run. */
export const phases = ['prepare', 'fence', 'recover', 'verify', 'rollback', 'cleanup'] as const;
export type StepPhase = (typeof phases)[number];

/** A step with its surroundings. */
export interface PlacedStep {
  readonly step: StepDeclaration;
  readonly system: string;
  readonly phase: StepPhase;
  /** Its number among the steps of its system, in the order in which they run. */
  readonly order: number;
  readonly path: DocumentPath;
  /** Absent where there is no such action, which one rule reports. */
  readonly action?: Description;
}

/** A roster, and the moment at which its people are looked at. */
export interface People {
  readonly roster: Roster;
  readonly at: Instant;
}

/** Another runbook that a step runs; why it cannot be had; or what is in it is told where it is wrong. */
export type Child =
  { readonly runbook: Runbook } | { readonly problem: Omit<Problem, 'path'> } | { readonly broken: true };

/** What the rules look up; made once for a runbook. */
export interface Facts {
  readonly runbook: Runbook;
  readonly catalogue: ReadonlyMap<string, Description>;
  /** The people who are there at a moment, where a roster was given. */
  readonly people: People | undefined;
  /** The other runbooks that steps run, by the name of the file as it is written. */
  readonly children: ReadonlyMap<string, Child>;
  readonly steps: readonly PlacedStep[];
  readonly stepsOf: ReadonlyMap<string, readonly PlacedStep[]>;
  /** The names of a section; what is broken in the file still has a name. */
  readonly names: (section: Section) => ReadonlySet<string>;
  /**
   * Something in this part of the file is wrong already, so that what seems to be missing there may only be
   * misspelt. Without a name: a section as a whole; without a section: anything.
   */
  readonly isDamaged: (section?: Section, name?: string) => boolean;
}

/** The only mode in which a step takes part; a fence and a rollback are for live runs alone. */
export const modeOf = ({ step, phase }: PlacedStep): Mode | undefined =>
  phase === 'fence' || phase === 'rollback' ? 'live' : step.only?.mode;

/** One rule of the language: whatever in a runbook breaks it. */
export type Rule = (facts: Facts) => Iterable<Problem>;

/** What a runbook is checked against. */
export interface Known {
  readonly catalogue: readonly Description[];
  readonly people?: People | undefined;
  readonly children?: ReadonlyMap<string, Child>;
}

/** Prepares what the rules look up. @param wrong what reading and schema found. */
export function factsOf(
  runbook: Runbook,
  { declared }: Pick<Checked<Runbook>, 'declared'>,
  wrong: readonly Problem[],
  known: Known,
): Facts {
  const { catalogue, people } = known;
  const actions = new Map(catalogue.map((action) => [action.name, action]));
  const stepsOf = new Map(
    Object.entries(runbook.systems).map(([name, system]) => [name, placeSteps(name, system, actions)]),
  );
  const names = new Map<Section, ReadonlySet<string>>();
  const damaged = new Set(wrong.map(({ path }) => path.slice(0, 2).join('.')));
  const everywhere = wrong.some(isEverywhere);
  return {
    runbook,
    people,
    children: known.children ?? new Map(),
    catalogue: actions,
    steps: [...stepsOf.values()].flat(),
    stepsOf,
    names: (section) => names.get(section) ?? names.set(section, new Set(declared(section))).get(section)!,
    isDamaged: (section, name) =>
      section === undefined ? wrong.length > 0 : everywhere || damaged.has(`${section}.${name}`),
  };
}

/** A section that is broken as a whole, or one that is misspelt. */
const isEverywhere = ({ path, code }: Problem) =>
  path.length === 0 ||
  (path.length === 1 && (code === 'MUSTER_SCHEMA_UNKNOWN_KEY' || sections.includes(path[0] as Section)));

function placeSteps(name: string, system: SystemDeclaration, actions: ReadonlyMap<string, Description>) {
  const placed: PlacedStep[] = [];
  for (const phase of phases) {
    const steps = system[phase];
    if (!Array.isArray(steps)) continue;
    steps.forEach((step: StepDeclaration, index) => {
      const action = actions.get(step.use);
      const path = ['systems', name, phase, index];
      placed.push({ step, system: name, phase, order: placed.length, path, ...(action ? { action } : {}) });
    });
  }
  return placed;
}
